using System.Collections.Generic;
using System.CommandLine;

namespace ModelGen.Tool.CommandLine;

/// <summary>The text that commands answer, and how those generate that look at an answer's tokens.</summary>
internal static class PromptOption
{
    /// <summary>The text.</summary>
    public static Option<string> Prompt { get; } = new("--prompt", "-p")
    {
        Description = "How the text begins",
        Required = true,
    };

    /// <summary>The limit.</summary>
    public static Option<int> Tokens { get; } = new Option<int>("--tokens")
    {
        Description = "The most tokens to generate",
        DefaultValueFactory = _ => new GenerationOptions().MaxTokens,
    }.Between(1, int.MaxValue);

    /// <summary>Greedy where it is not said otherwise: the same answer each time.</summary>
    public static Option<float> Temperature { get; } = new Option<float>("--temperature")
    {
        Description = "Higher is more surprising; 0 takes the most likely token each time",
        DefaultValueFactory = _ => 0,
    }.Between(0, float.MaxValue);

    /// <summary>The draw.</summary>
    public static Option<ulong?> Seed { get; } = new("--seed")
    {
        Description = "Draws the same tokens again; without it, each run draws others",
    };

    /// <summary>Adds all of them.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in new Option[] { CommonOptions.Threads, Prompt, Tokens, Temperature, Seed })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The prompt's ids.</summary>
    /// <exception cref="ModelGenException">There are none.</exception>
    public static IReadOnlyList<int> Encode(ParseResult result, CompiledDecoder model) =>
        model.Tokenizer.EncodeToIds(result.GetRequiredValue(Prompt)) is { Count: > 0 } ids
            ? ids
            : throw new ModelGenException("The prompt is empty, and the model's texts start with no token of their own; give a prompt.");

    /// <summary>How the answer is generated.</summary>
    public static GenerationOptions Generation(ParseResult result) => new()
    {
        MaxTokens = result.GetValue(Tokens),
        Temperature = result.GetValue(Temperature),
        Seed = result.GetValue(Seed),
    };
}
