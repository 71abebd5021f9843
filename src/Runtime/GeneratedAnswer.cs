using System.Collections.Generic;
using System.Linq;

namespace ModelGen;

/// <summary>One of several answers to a prompt
/// (<see cref="Session.GenerateAnswers(string, int, GenerationOptions?, System.Threading.CancellationToken)"/>).</summary>
public sealed class GeneratedAnswer
{
    internal GeneratedAnswer(IReadOnlyList<GeneratedToken> tokens, GenerationEnd end, ulong seed)
    {
        Tokens = tokens;
        End = end;
        Seed = seed;
        Text = string.Concat(tokens.Select(token => token.Text));
        LogProbability = tokens.Sum(token => token.LogProbability ?? 0);
        MeanLogProbability = tokens.Count > 0 ? LogProbability / tokens.Count : double.NegativeInfinity;
    }

    /// <summary>Its text.</summary>
    public string Text { get; }

    /// <summary>Its tokens.</summary>
    public IReadOnlyList<GeneratedToken> Tokens { get; }

    /// <summary>How it ended, and what it took.</summary>
    public GenerationEnd End { get; }

    /// <summary>The seed with which a session alone gives this answer (<see cref="GenerationOptions.Seed"/>).</summary>
    public ulong Seed { get; }

    /// <summary>
    /// Natural logarithm of the probability of all its tokens one after the other: the sum of theirs. It falls with every token, so that among
    /// answers of different lengths it prefers the short ones.
    /// </summary>
    public double LogProbability { get; }

    /// <summary>
    /// The mean of its tokens' log-probabilities, which answers of different lengths can be compared by; −∞ where there are none. The best of
    /// several answers is the one where it is highest.
    /// </summary>
    public double MeanLogProbability { get; }
}
