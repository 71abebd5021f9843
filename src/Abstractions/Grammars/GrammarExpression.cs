using System.Collections.Generic;

namespace ModelGen.Grammars;

/// <summary>
/// A language over bytes and tokens: what every reader of grammars (GBNF, JSON Schema, C# types) writes and the compiler of grammars reads. The cases
/// are the classes derived from it here, no others.
/// </summary>
internal abstract class GrammarExpression
{
    private protected GrammarExpression()
    {
    }
}

/// <summary>One byte of a set. The empty set is the language without any text.</summary>
/// <param name="bytes">The set.</param>
internal sealed class ByteExpression(ByteSet bytes) : GrammarExpression
{
    public ByteSet Bytes { get; } = bytes;
}

/// <summary>A text of each item, one behind the other. Without items it is the empty text.</summary>
/// <param name="items">The items.</param>
internal sealed class SequenceExpression(IReadOnlyList<GrammarExpression> items) : GrammarExpression
{
    public IReadOnlyList<GrammarExpression> Items { get; } = items;
}

/// <summary>A text of one of the items; they may have texts in common. Without items there is no text.</summary>
/// <param name="items">The items.</param>
internal sealed class ChoiceExpression(IReadOnlyList<GrammarExpression> items) : GrammarExpression
{
    public IReadOnlyList<GrammarExpression> Items { get; } = items;
}

/// <summary>Texts of the item, one behind the other.</summary>
/// <param name="item">The item.</param>
/// <param name="minimum">The fewest.</param>
/// <param name="maximum">The most; null where there is no limit.</param>
internal sealed class RepetitionExpression(GrammarExpression item, int minimum, int? maximum) : GrammarExpression
{
    public GrammarExpression Item { get; } = item;

    public int Minimum { get; } = minimum;

    public int? Maximum { get; } = maximum;
}

/// <summary>A text of a rule, which may lead back to the rule that this stands in.</summary>
/// <param name="rule">Index of the rule in <see cref="GrammarDefinition.Rules"/>.</param>
internal sealed class RuleExpression(int rule) : GrammarExpression
{
    public int Rule { get; } = rule;
}

/// <summary>A text that an automaton accepts.</summary>
/// <param name="automaton">The automaton.</param>
internal sealed class AutomatonExpression(ByteAutomaton automaton) : GrammarExpression
{
    public ByteAutomaton Automaton { get; } = automaton;
}

/// <summary>One token of the vocabulary. No byte of another token takes part in it.</summary>
/// <param name="terminal">Which token.</param>
internal sealed class TokenExpression(TokenTerminal terminal) : GrammarExpression
{
    public TokenTerminal Terminal { get; } = terminal;
}

/// <summary>
/// Members in any order with a separator between each two, such as the properties of a JSON object. Written out as alternatives they would
/// be as many as the orders of the members; the compiler keeps a set of those that have been instead.
/// </summary>
/// <param name="members">What may stand there.</param>
/// <param name="separator">What stands between two members.</param>
/// <param name="minimum">The fewest members.</param>
/// <param name="maximum">The most members; null where there is no limit.</param>
internal sealed class MembersExpression(
    IReadOnlyList<GrammarMember> members, GrammarExpression separator, int minimum, int? maximum) : GrammarExpression
{
    public IReadOnlyList<GrammarMember> Members { get; } = members;

    public GrammarExpression Separator { get; } = separator;

    public int Minimum { get; } = minimum;

    public int? Maximum { get; } = maximum;
}

/// <summary>A member of a <see cref="MembersExpression"/>: a text of <paramref name="opening"/>, then one of <paramref name="value"/>.</summary>
/// <param name="opening">What tells it from the others, such as the name of a property with its colon: names no rule, and none of its texts is
/// the beginning of another member's or another of its own. Several members may have the same text: whichever fits goes on.</param>
/// <param name="value">What follows.</param>
/// <param name="isRequired">Whether it stands there at least once.</param>
/// <param name="repeats">Whether it may stand there more than once.</param>
internal sealed class GrammarMember(GrammarExpression opening, GrammarExpression value, bool isRequired, bool repeats)
{
    public GrammarExpression Opening { get; } = opening;

    public GrammarExpression Value { get; } = value;

    public bool IsRequired { get; } = isRequired;

    public bool Repeats { get; } = repeats;
}
