using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Analysis;

/// <summary>A token of an answer, with the ways that fork off there.</summary>
public sealed class ForkingToken
{
    internal ForkingToken(GeneratedToken token, string answerOutcome, IReadOnlyList<TokenFork> forks)
    {
        Token = token;
        Forks = forks;
        Dictionary<string, double> shares = new(StringComparer.Ordinal) { [answerOutcome] = Math.Exp(token.LogProbability!.Value) };
        foreach (TokenFork fork in forks)
        {
            double each = Math.Exp(fork.Alternative.LogProbability) / fork.Outcomes.Count;
            foreach (string outcome in fork.Outcomes)
            {
                shares[outcome] = shares.GetValueOrDefault(outcome) + each;
            }
        }

        // A token so unlikely that its probability is no number above 0 was the only way that was looked at.
        double all = shares.Values.Sum();
        Outcomes = all > 0
            ? shares.ToDictionary(share => share.Key, share => share.Value / all)
            : new Dictionary<string, double> { [answerOutcome] = 1 };
        Weight = 1 - Outcomes[answerOutcome];
    }

    /// <summary>The token.</summary>
    public GeneratedToken Token { get; }

    /// <summary>The other likely tokens, the most likely one first.</summary>
    public IReadOnlyList<TokenFork> Forks { get; }

    /// <summary>
    /// How likely each outcome is from here on, given that the token or one of those that were tried is next; the shares sum to 1. The token's
    /// own way counts as the answer's outcome.
    /// </summary>
    public IReadOnlyDictionary<string, double> Outcomes { get; }

    /// <summary>
    /// How much hangs on the token, from 0 to 1: the share of <see cref="Outcomes"/> that is not the answer's. 0 where no other token was
    /// likely, or all lead to the same.
    /// </summary>
    public double Weight { get; }
}
