using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace ModelGen.Server.Contracts;

/// <summary>How texts go on, or a piece of it.</summary>
internal sealed class Completion
{
    public required string Id { get; init; }

    public string Object => "text_completion";

    public required long Created { get; init; }

    public required string Model { get; init; }

    public required string SystemFingerprint { get; init; }

    public required IReadOnlyList<CompletionChoice> Choices { get; init; }

    public Usage? Usage { get; init; }
}

/// <summary>One of the texts, or a piece of it.</summary>
internal sealed class CompletionChoice
{
    public required string Text { get; init; }

    public required int Index { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public CompletionLogprobs? Logprobs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FinishReason { get; init; }
}

/// <summary>How likely tokens were, a list each of what is said of them.</summary>
internal sealed class CompletionLogprobs
{
    public List<string> Tokens { get; } = [];

    /// <summary>Null of the first token of a text.</summary>
    public List<double?> TokenLogprobs { get; } = [];

    public List<Dictionary<string, double>?> TopLogprobs { get; } = [];

    /// <summary>Characters of the text in front of each.</summary>
    public List<int> TextOffset { get; } = [];
}
