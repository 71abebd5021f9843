using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Analysis;

/// <summary>Another token in the place of one of an answer's, and where it leads.</summary>
public sealed class TokenFork
{
    internal TokenFork(TokenAlternative alternative, IReadOnlyList<string> texts, IReadOnlyList<string> outcomes, string answerOutcome)
    {
        Alternative = alternative;
        Texts = texts;
        Outcomes = outcomes;
        ChangedShare = outcomes.Count(outcome => outcome != answerOutcome) / (double)outcomes.Count;
    }

    /// <summary>The other token, and how likely it was.</summary>
    public TokenAlternative Alternative { get; }

    /// <summary>The whole answers that go on from it, each with the answer's text in front of it; one a sample.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Their outcomes.</summary>
    public IReadOnlyList<string> Outcomes { get; }

    /// <summary>Share of outcomes that are not the answer's, from 0 to 1.</summary>
    public double ChangedShare { get; }
}
