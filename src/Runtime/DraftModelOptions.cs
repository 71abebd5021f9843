using ModelGen.Sampling;

namespace ModelGen;

/// <summary>How a <see cref="DraftModel"/> guesses.</summary>
public sealed record DraftModelOptions
{
    /// <summary>
    /// The most tokens that are guessed at once, at least 1; more than 47 are not. Where guesses were wrong, fewer are made the next time.
    /// Default 8.
    /// </summary>
    public int MaxTokens { get; init; } = 8;

    /// <summary>
    /// Nothing more is guessed where the draft model holds its likeliest token to be less likely than this, from 0 to 1. Default 0.5.
    /// </summary>
    public float MinProbability { get; init; } = 0.5f;

    /// <summary>
    /// Texts that are remembered, each in the memory of a context of the draft model, at least 1: best as many as are generated at the same time.
    /// Default 16. Further ones are read again from where they part from others.
    /// </summary>
    public int MaxTexts { get; init; } = 16;

    internal void Validate()
    {
        OptionChecks.Require(MaxTokens >= 1, MaxTokens, "MaxTokens is at least 1.");
        OptionChecks.Require(MinProbability is >= 0 and <= 1, MinProbability, "MinProbability is from 0 to 1.");
        OptionChecks.Require(MaxTexts >= 1, MaxTexts, "MaxTexts is at least 1.");
    }
}
