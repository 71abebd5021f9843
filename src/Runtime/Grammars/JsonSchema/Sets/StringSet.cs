using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.Characters;

namespace ModelGen.Grammars.JsonSchema.Sets;

/// <summary>A set of texts: all those of its parts, which may have texts in common.</summary>
/// <param name="Parts">The parts.</param>
internal sealed record StringSet(IReadOnlyList<StringPart> Parts)
{
    public static StringSet All { get; } = new([StringPart.All]);

    public static StringSet None { get; } = new([]);

    /// <summary>Its texts as one automaton.</summary>
    /// <exception cref="GrammarException">It is too large.</exception>
    public CharacterAutomaton ToAutomaton() =>
        Parts.Aggregate(CharacterAutomaton.None, (texts, part) => texts | part.ToAutomaton());

    public bool Contains(string text) => Parts.Any(part => part.Contains(text));

    public static StringSet operator &(StringSet left, StringSet right) =>
        Join(left.Parts.SelectMany(part => right.Parts.Select(other => part & other)));

    public static StringSet operator |(StringSet left, StringSet right) => Join(left.Parts.Concat(right.Parts));

    public static StringSet operator ~(StringSet set) => set.Parts.Aggregate(All, (rest, part) => rest & Join(part.Complement()));

    // Parts of the same lengths become one, so that there are few.
    private static StringSet Join(IEnumerable<StringPart> parts)
    {
        List<StringPart> joined = [];
        foreach (StringPart part in parts.Where(part => !part.IsEmpty))
        {
            int same = joined.FindIndex(other =>
                other.Minimum == part.Minimum && other.Maximum == part.Maximum && other.IsPlain == part.IsPlain);
            if (same < 0)
            {
                joined.Add(part);
            }
            else
            {
                joined[same] = joined[same] with { Texts = joined[same].Texts | part.Texts };
            }
        }

        return new StringSet(joined);
    }
}

/// <summary>Texts that an automaton accepts and that have some lengths, counted in code points.</summary>
/// <param name="Texts">The automaton.</param>
/// <param name="Minimum">The shortest length.</param>
/// <param name="Maximum">The longest one; null where there is none.</param>
/// <param name="IsPlain">Whether the texts are constants of the schema, which are written in one way.</param>
internal sealed record StringPart(CharacterAutomaton Texts, int Minimum, int? Maximum, bool IsPlain)
{
    public static StringPart All { get; } = new(CharacterAutomaton.All, 0, null, false);

    public bool IsEmpty => Texts.IsEmpty || Minimum > Maximum;

    public static StringPart operator &(StringPart left, StringPart right) => new(
        left.Texts & right.Texts,
        Math.Max(left.Minimum, right.Minimum),
        left.Maximum is int most && right.Maximum is int otherMost ? Math.Min(most, otherMost) : left.Maximum ?? right.Maximum,
        left.IsPlain || right.IsPlain);

    public bool Contains(string text)
    {
        int length = text.EnumerateRunes().Count();
        return length >= Minimum && !(length > Maximum) && Texts.Accepts(text);
    }

    /// <summary>The texts that are not among its own.</summary>
    public IEnumerable<StringPart> Complement()
    {
        yield return All with { Texts = ~Texts };
        if (Minimum > 0)
        {
            yield return All with { Maximum = Minimum - 1 };
        }

        if (Maximum is int maximum and < int.MaxValue)
        {
            yield return All with { Minimum = maximum + 1 };
        }
    }

    /// <summary>Its texts as an automaton without limits of lengths beside it.</summary>
    /// <exception cref="GrammarException">It is too large.</exception>
    public CharacterAutomaton ToAutomaton()
    {
        if (IsEmpty)
        {
            return CharacterAutomaton.None;
        }

        if (Minimum == 0 && Maximum is null)
        {
            return Texts;
        }

        // Most patterns and all constants have lengths of their own; limits beyond these cost nothing.
        int? longest = Texts.LongestLength();
        int minimum = Texts.ShortestLength() >= Minimum ? 0 : Minimum;
        int? maximum = longest <= Maximum ? null : Maximum;
        if (minimum == 0 && maximum is null)
        {
            return Texts;
        }

        return minimum > CharacterAutomaton.MostStates || maximum > CharacterAutomaton.MostStates
            ? throw new GrammarException($"A pattern with a length of up to {maximum ?? minimum} characters is too large to be counted.")
            : Texts & CharacterAutomaton.OfLength(minimum, maximum);
    }
}
