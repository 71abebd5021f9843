using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>What llama.cpp answers for a model (a *.truth.json file).</summary>
internal sealed record Truth([property: JsonPropertyName("cases")] IReadOnlyList<TruthCase> Cases)
{
    public static Truth Read(string path) => JsonSerializer.Deserialize<Truth>(File.ReadAllText(path))!;
}

/// <summary>A prompt and its greedy continuation.</summary>
internal sealed record TruthCase(
    [property: JsonPropertyName("prompt")] string Prompt,
    [property: JsonPropertyName("prompt_ids")] int[] PromptIds,
    [property: JsonPropertyName("ids")] int[] Ids,
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("steps")] IReadOnlyList<TruthStep> Steps)
{
    /// <summary>The prompt and the ids after it: Steps[i] follows the first PromptIds.Length + i of them.</summary>
    public int[] AllIds => [.. PromptIds, .. Ids];

    /// <summary>Number of steps before the first at which the two largest logits are less than <paramref name="gap"/> apart.</summary>
    public int StepsBeforeCloseCall(double gap)
    {
        int steps = 0;
        while (steps < Steps.Count && Steps[steps].Gap >= gap)
        {
            steps++;
        }

        return steps;
    }
}

/// <summary>The logits behind one id.</summary>
/// <param name="Top">The five largest, each as [id, logit].</param>
/// <param name="LogSumExp">Logarithm of the sum of the exponentials of all.</param>
internal sealed record TruthStep(
    [property: JsonPropertyName("top")] double[][] Top,
    [property: JsonPropertyName("logsumexp")] double LogSumExp)
{
    /// <summary>By how much the largest logit leads.</summary>
    public double Gap => Top[0][1] - Top[1][1];
}
