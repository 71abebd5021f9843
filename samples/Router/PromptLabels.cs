using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using ModelGen;
using ModelGen.Routing;

namespace Router;

/// <summary>Makes what a forest is trained with: the prompts' vectors, and which of the two models was right about each.</summary>
internal static class PromptLabels
{
    // A word is a few tokens, or five letters.
    private static readonly GenerationOptions FirstWord = new() { Temperature = 0, MaxTokens = 8 };

    /// <summary>Labels prompts.</summary>
    /// <param name="models">The models.</param>
    /// <param name="input">Lines of JSON: a prompt with the words that go on with it rightly.</param>
    /// <param name="output">Receives lines of JSON: a vector and a class.</param>
    /// <exception cref="JsonException">A line is not such JSON.</exception>
    public static void Write(RoutedModels models, TextReader input, TextWriter output)
    {
        while (input.ReadLine() is string line)
        {
            Exercise exercise = JsonSerializer.Deserialize(line, LabelJson.Default.Exercise) ?? throw new JsonException("A line is null.");
            bool a = IsRight(models, ModelChoice.A, exercise);
            bool b = IsRight(models, ModelChoice.B, exercise);
            int label = (a, b) switch
            {
                (true, false) => 0,
                (false, false) => 1,
                (true, true) => 2,
                (false, true) => 3,
            };
            output.WriteLine(JsonSerializer.Serialize(new LabelledPrompt(models.Embed(exercise.Prompt), label), LabelJson.Default.LabelledPrompt));
        }
    }

    private static bool IsRight(RoutedModels models, ModelChoice choice, Exercise exercise)
    {
        string answer = string.Concat(models.Answer(choice, exercise.Prompt, FirstWord)).TrimStart();
        string word = new([.. answer.TakeWhile(char.IsLetter)]);
        return exercise.Words.Contains(word, StringComparer.OrdinalIgnoreCase);
    }
}
