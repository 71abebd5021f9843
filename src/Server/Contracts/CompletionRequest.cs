using System.Text.Json;

namespace ModelGen.Server.Contracts;

/// <summary>Texts that are to go on.</summary>
internal sealed class CompletionRequest : GenerationRequest
{
    /// <summary>A text, texts, ids of a text, or lists of such ids.</summary>
    public required JsonElement Prompt { get; init; }

    public bool? Echo { get; init; }

    /// <summary>How many of the likeliest tokens are given with each.</summary>
    public int? Logprobs { get; init; }

    /// <summary>Only as many as there are answers.</summary>
    public int? BestOf { get; init; }

    /// <summary>Models here have no text behind the answer.</summary>
    public string? Suffix { get; init; }
}
