using System.Collections.Generic;

namespace ModelGen.Grammars.Characters;

/// <summary>A regular expression as a tree. The cases are the classes derived from it here, no others.</summary>
internal abstract class RegularExpression
{
    private protected RegularExpression()
    {
    }
}

/// <summary>One character of a set.</summary>
/// <param name="characters">The set, in order.</param>
internal sealed class CharacterSetExpression(IReadOnlyList<CharacterRange> characters) : RegularExpression
{
    public IReadOnlyList<CharacterRange> Characters { get; } = characters;
}

/// <summary>One item behind the other.</summary>
/// <param name="items">The items.</param>
internal sealed class ConcatenationExpression(IReadOnlyList<RegularExpression> items) : RegularExpression
{
    public IReadOnlyList<RegularExpression> Items { get; } = items;
}

/// <summary>One of the items.</summary>
/// <param name="items">The items.</param>
internal sealed class AlternationExpression(IReadOnlyList<RegularExpression> items) : RegularExpression
{
    public IReadOnlyList<RegularExpression> Items { get; } = items;
}

/// <summary>The item several times.</summary>
/// <param name="item">The item.</param>
/// <param name="minimum">The fewest times.</param>
/// <param name="maximum">The most; null where there is no limit.</param>
internal sealed class QuantifiedExpression(RegularExpression item, int minimum, int? maximum) : RegularExpression
{
    public RegularExpression Item { get; } = item;

    public int Minimum { get; } = minimum;

    public int? Maximum { get; } = maximum;
}

/// <summary>No character, at places of one kind.</summary>
/// <param name="kind">Which places.</param>
internal sealed class AssertionExpression(AssertionKind kind) : RegularExpression
{
    public AssertionKind Kind { get; } = kind;
}

/// <summary>Places in a text that an expression may ask for.</summary>
internal enum AssertionKind
{
    /// <summary><c>^</c>: where the text begins.</summary>
    Start,

    /// <summary><c>$</c>: where it ends.</summary>
    End,

    /// <summary><c>\b</c>: between a character of a word and another one, or the text's beginning or end.</summary>
    WordBoundary,

    /// <summary><c>\B</c>: everywhere else.</summary>
    NoWordBoundary,
}
