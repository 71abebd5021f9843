namespace ModelGen.Server.Contracts;

/// <summary>Tokens that a request took.</summary>
internal sealed class Usage
{
    public required int PromptTokens { get; init; }

    public int? CompletionTokens { get; init; }

    public required int TotalTokens { get; init; }

    public PromptTokensDetails? PromptTokensDetails { get; init; }

    public CompletionTokensDetails? CompletionTokensDetails { get; init; }
}

/// <summary>Tokens of the prompt.</summary>
internal sealed class PromptTokensDetails
{
    /// <summary>Those that were known from earlier texts.</summary>
    public required int CachedTokens { get; init; }
}

/// <summary>Tokens of the answers.</summary>
internal sealed class CompletionTokensDetails
{
    /// <summary>Those that the model thought with.</summary>
    public required int ReasoningTokens { get; init; }
}
