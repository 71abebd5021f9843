using System;

namespace ModelGen;

/// <summary>How a generation ended, and what it took.</summary>
public sealed record GenerationEnd
{
    internal GenerationEnd()
    {
    }

    /// <summary>Why it ended.</summary>
    public required GenerationEndReason Reason { get; init; }

    /// <summary>The stop sequence, where <see cref="Reason"/> is one.</summary>
    public string? StopSequence { get; init; }

    /// <summary>
    /// The token that ended the text, where <see cref="Reason"/> is one: its id, how likely it was, and its alternatives. It belongs neither to
    /// the text nor to the session.
    /// </summary>
    public GeneratedToken? EndToken { get; init; }

    /// <summary>Tokens in front of the generated ones, those that the session held before and those of a source text included.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Those of them that were not evaluated, because the session remembered them. The last one always is evaluated.</summary>
    public required int CachedTokens { get; init; }

    /// <summary>Tokens that were generated, and that the session holds behind the prompt.</summary>
    public required int GeneratedTokens { get; init; }

    /// <summary>Tokens that were guessed (<see cref="GenerationOptions.PromptLookup"/>, <see cref="GenerationOptions.DraftModel"/>).</summary>
    public int DraftedTokens { get; init; }

    /// <summary>Those of them that were right.</summary>
    public int AcceptedTokens { get; init; }

    /// <summary>Time that the prompt's evaluation took.</summary>
    public required TimeSpan PromptTime { get; init; }

    /// <summary>
    /// Time that the rest took: choosing tokens, and evaluating them. What the caller does between two tokens is not in it.
    /// </summary>
    public required TimeSpan GenerationTime { get; init; }
}
