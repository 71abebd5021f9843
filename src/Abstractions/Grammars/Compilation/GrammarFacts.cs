using System;
using System.Linq;

namespace ModelGen.Grammars.Compilation;

/// <summary>What can be said of the parts of a grammar before automata are made: whether they have texts at all.</summary>
/// <remarks>Rules that lead back to themselves have the least solution: a rule has a text if finitely many steps lead to one.</remarks>
internal sealed class GrammarFacts
{
    private readonly GrammarDefinition _grammar;
    private readonly bool[] _hasText;
    private readonly bool[] _hasLongText;
    private readonly bool[] _hasEmptyText;

    public GrammarFacts(GrammarDefinition grammar)
    {
        _grammar = grammar;
        int count = grammar.Rules.Count;
        _hasText = new bool[count];
        _hasLongText = new bool[count];
        _hasEmptyText = new bool[count];
        ToFixedPoint(_hasText, HasText);
        ToFixedPoint(_hasEmptyText, HasEmptyText);
        ToFixedPoint(_hasLongText, HasLongText);
    }

    private void ToFixedPoint(bool[] facts, Func<GrammarExpression, bool> fact)
    {
        bool changed;
        do
        {
            changed = false;

            // Rules mostly stand before those that they name.
            for (int rule = facts.Length - 1; rule >= 0; rule--)
            {
                if (!facts[rule] && fact(_grammar.Rules[rule].Expression))
                {
                    facts[rule] = changed = true;
                }
            }
        }
        while (changed);
    }

    /// <summary>Whether the expression has a text, which may be the empty one.</summary>
    public bool HasText(GrammarExpression expression) => expression switch
    {
        ByteExpression one => !one.Bytes.IsEmpty,
        SequenceExpression sequence => sequence.Items.All(HasText),
        ChoiceExpression choice => choice.Items.Any(HasText),
        RepetitionExpression repetition =>
            repetition.Minimum == 0 || (repetition.Minimum <= (repetition.Maximum ?? int.MaxValue) && HasText(repetition.Item)),
        RuleExpression reference => _hasText[reference.Rule],
        AutomatonExpression { Automaton: ByteAutomaton automaton } => AutomatonFacts.HasText(automaton),
        TokenExpression => true,
        MembersExpression members => HasText(members),
        _ => throw Unknown(expression),
    };

    /// <summary>Whether the empty text is one of the expression's.</summary>
    public bool HasEmptyText(GrammarExpression expression) => expression switch
    {
        ByteExpression or TokenExpression => false,
        SequenceExpression sequence => sequence.Items.All(HasEmptyText),
        ChoiceExpression choice => choice.Items.Any(HasEmptyText),
        RepetitionExpression repetition =>
            repetition.Minimum == 0 || (repetition.Minimum <= (repetition.Maximum ?? int.MaxValue) && HasEmptyText(repetition.Item)),
        RuleExpression reference => _hasEmptyText[reference.Rule],
        AutomatonExpression { Automaton: ByteAutomaton automaton } => automaton.StateCount > 0 && automaton.Accepts(0),
        MembersExpression members => members.Minimum == 0 && !members.Members.Any(member => member.IsRequired),
        _ => throw Unknown(expression),
    };

    /// <summary>Whether the expression has a text of a byte or more.</summary>
    public bool HasLongText(GrammarExpression expression) => expression switch
    {
        ByteExpression one => !one.Bytes.IsEmpty,
        SequenceExpression sequence => sequence.Items.Any(HasLongText) && sequence.Items.All(HasText),
        ChoiceExpression choice => choice.Items.Any(HasLongText),
        RepetitionExpression repetition =>
            (repetition.Maximum ?? int.MaxValue) >= Math.Max(repetition.Minimum, 1) && HasLongText(repetition.Item),
        RuleExpression reference => _hasLongText[reference.Rule],
        AutomatonExpression { Automaton: ByteAutomaton automaton } => AutomatonFacts.HasLongText(automaton),
        TokenExpression => true,
        MembersExpression members => members.Maximum != 0 && HasText(members) && members.Members.Any(CanBe),
        _ => throw Unknown(expression),
    };

    /// <summary>Whether a member has a text.</summary>
    public bool CanBe(GrammarMember member) => HasText(member.Opening) && HasText(member.Value);

    /// <summary>The most members that there may be: no second one comes where nothing can stand between two.</summary>
    public int? MaximumOf(MembersExpression members) => HasText(members.Separator) ? members.Maximum : Math.Min(members.Maximum ?? 1, 1);

    private bool HasText(MembersExpression members)
    {
        int required = 0;
        int possible = 0;
        bool repeats = false;
        foreach (GrammarMember member in members.Members)
        {
            bool canBe = CanBe(member);
            if (member.IsRequired && !canBe)
            {
                return false;
            }

            required += member.IsRequired ? 1 : 0;
            possible += canBe ? 1 : 0;
            repeats |= canBe && member.Repeats;
        }

        int fewest = Math.Max(required, members.Minimum);
        return (fewest <= possible || repeats) && fewest <= (MaximumOf(members) ?? int.MaxValue);
    }

    private static NotSupportedException Unknown(GrammarExpression expression) => new(expression.GetType().Name);
}
