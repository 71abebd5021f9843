namespace ModelGen;

/// <summary>Why generation ended.</summary>
public enum GenerationEndReason
{
    /// <summary>The model chose a token that ends a text or a turn.</summary>
    EndToken,

    /// <summary>One of <see cref="GenerationOptions.StopSequences"/> appeared.</summary>
    StopSequence,

    /// <summary><see cref="GenerationOptions.MaxTokens"/> tokens were generated.</summary>
    TokenLimit,

    /// <summary>The session holds no more tokens (<see cref="Session.ContextLength"/>).</summary>
    ContextFull,

    /// <summary>A program's own step before the samplers ended it.</summary>
    Processor,

    /// <summary>The answer is one of the texts of <see cref="GenerationOptions.Grammar"/>, and nothing may follow.</summary>
    GrammarEnd,
}
