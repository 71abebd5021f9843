using ModelGen.Sampling;

namespace ModelGen;

/// <summary>
/// Guesses tokens from the text itself: where its last tokens stood before, it is taken to go on as it did there. The guesses are evaluated
/// together with the last token, and each counts only if it is the token that is chosen in its place. (Saxena 2023, "Prompt Lookup Decoding",
/// https://github.com/apoorvumang/prompt-lookup-decoding.)
/// </summary>
public sealed record PromptLookupOptions
{
    /// <summary>How many of the last tokens must have stood before, side by side, at least 1. Default 3.</summary>
    public int NgramLength { get; init; } = 3;

    /// <summary>
    /// The most tokens that are guessed at once, at least 1; more than 47 are not. Where guesses were wrong, fewer are made the next time.
    /// Default 8.
    /// </summary>
    public int MaxTokens { get; init; } = 8;

    internal void Validate()
    {
        OptionChecks.Require(NgramLength >= 1, NgramLength, "PromptLookup.NgramLength is at least 1.");
        OptionChecks.Require(MaxTokens >= 1, MaxTokens, "PromptLookup.MaxTokens is at least 1.");
    }
}
