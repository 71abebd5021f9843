using System.Diagnostics.CodeAnalysis;

namespace ModelGen;

/// <summary>What the answer to a <see cref="ChatPrompt"/> may be.</summary>
public sealed record ChatAnswerOptions
{
    /// <summary>Whether it calls tools. Default: the model chooses.</summary>
    public ToolChoice ToolChoice { get; init; } = ToolChoice.Auto;

    /// <summary>Whether it may have several calls. Default true; some models' forms have one call at most in any case.</summary>
    public bool AllowSeveralCalls { get; init; } = true;

    /// <summary>JSON Schema that the answer's text fulfils where it calls no tools; null, the default, for any text.</summary>
    [StringSyntax(StringSyntaxAttribute.Json)]
    public string? JsonSchema { get; init; }

    /// <summary>Whether the model may think before it answers, where it marks what it thinks. Default true.</summary>
    public bool AllowReasoning { get; init; } = true;
}
