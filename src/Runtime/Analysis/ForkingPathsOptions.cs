using System;

namespace ModelGen.Analysis;

/// <summary>How <see cref="ForkingPaths"/> looks for other ways.</summary>
public sealed record ForkingPathsOptions
{
    /// <summary>
    /// How the answer and its other ways are generated. Default: greedily (<see cref="GenerationOptions.Temperature"/> 0), up to 256 tokens.
    /// <see cref="GenerationOptions.Echo"/> and <see cref="GenerationOptions.Alternatives"/> are left aside.
    /// </summary>
    public GenerationOptions Generation { get; init; } = new() { Temperature = 0 };

    /// <summary>
    /// Tokens at least this likely are tried in the place of each token of the answer, from 0.001 to 1, by the model's own distribution. The
    /// lower, the more ways there are to go. Default 0.05.
    /// </summary>
    public double MinProbability { get; init; } = 0.05;

    /// <summary>
    /// How often the text is finished behind each token that is tried, from 1 to 1000, with seeds that count up from the answer's. Default 1.
    /// All greedy ways are alike, so that one is taken where the temperature is 0.
    /// </summary>
    public int Samples { get; init; } = 1;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Generation, "options");
        Require(MinProbability is >= 0.001 and <= 1, MinProbability, "MinProbability is from 0.001 to 1.");
        Require(Samples is >= 1 and <= 1000, Samples, "Samples is from 1 to 1000.");
    }

    private static void Require(bool condition, object value, string message)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException("options", value, message);
        }
    }
}
