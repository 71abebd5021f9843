using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>
/// Which rules become a part of those that name them and which become machines that are called. In one machine a choice between rules is
/// made deterministic; a machine of its own is what many places share, and with it all that is known of its states at generation.
/// </summary>
internal sealed class RulePlan
{
    /// <summary>A part whose automaton would have more edges than this is not repeated where it is used.</summary>
    private const int MostEdges = 48;

    /// <summary>A byte of a set of at least so many, any number of times, is free text, whose states are shared.</summary>
    private const int FewestBytesOfText = 32;

    /// <summary>An automaton of more states is a machine of its own if its texts can be of any length, or if it has many more states.</summary>
    private const int FewStates = 8;
    private const int ManyStates = 64;

    private readonly GrammarDefinition _grammar;
    private readonly bool[] _isInlined;
    private readonly int[] _sizes;
    private readonly bool[] _isText;
    private readonly Components _components;
    private readonly Dictionary<ByteAutomaton, bool> _hasLoops = [];

    public RulePlan(GrammarDefinition grammar)
    {
        _grammar = grammar;
        int count = grammar.Rules.Count;
        _isInlined = new bool[count];
        _sizes = new int[count];
        _isText = new bool[count];
        int[] uses = new int[count];
        List<int>[] references = new List<int>[count];
        for (int rule = 0; rule < count; rule++)
        {
            references[rule] = [];
            Collect(grammar.Rules[rule].Expression, references[rule]);
            foreach (int used in references[rule])
            {
                uses[used]++;
            }
        }

        // Those that a rule names come before it.
        _components = new Components(references);
        foreach (int[] component in _components.All)
        {
            foreach (int rule in component)
            {
                GrammarExpression expression = grammar.Rules[rule].Expression;
                _sizes[rule] = SizeOf(expression);
                _isText[rule] = IsText(expression);
                _isInlined[rule] = !IsRecursive(rule) && (uses[rule] == 1 || (_sizes[rule] <= MostEdges && !_isText[rule]));
            }
        }
    }

    /// <summary>Whether a rule becomes a part of those that name it.</summary>
    public bool IsInlined(int rule) => _isInlined[rule];

    /// <summary>Whether a rule leads back to itself.</summary>
    public bool IsRecursive(int rule) => _components.IsCyclic(rule);

    /// <summary>Whether a repetition is counted at generation, rather than written out as often as it may come.</summary>
    public bool IsCounted(RepetitionExpression repetition)
    {
        int copies = repetition.Maximum ?? repetition.Minimum;
        return copies > 1 && (long)copies * SizeOf(repetition.Item) > MostEdges;
    }

    /// <summary>Whether an automaton becomes a machine of its own. That of a character is none: its states are those of the text around it.</summary>
    public bool IsMachine(ByteAutomaton automaton)
    {
        if (automaton.StateCount <= FewStates || automaton.StateCount > ManyStates)
        {
            return automaton.StateCount > FewStates;
        }

        if (!_hasLoops.TryGetValue(automaton, out bool hasLoops))
        {
            hasLoops = AutomatonFacts.HasLoops(automaton);
            _hasLoops.Add(automaton, hasLoops);
        }

        return hasLoops;
    }

    private static void Collect(GrammarExpression expression, List<int> rules)
    {
        Recursion.Guard();
        switch (expression)
        {
            case RuleExpression reference:
                rules.Add(reference.Rule);
                break;
            case SequenceExpression sequence:
                CollectAll(sequence.Items);
                break;
            case ChoiceExpression choice:
                CollectAll(choice.Items);
                break;
            case RepetitionExpression repetition:
                Collect(repetition.Item, rules);
                break;
            case MembersExpression members:
                Collect(members.Separator, rules);
                foreach (GrammarMember member in members.Members)
                {
                    Collect(member.Opening, rules);
                    Collect(member.Value, rules);
                }

                break;
        }

        void CollectAll(IReadOnlyList<GrammarExpression> items)
        {
            for (int index = 0; index < items.Count; index++)
            {
                Collect(items[index], rules);
            }
        }
    }

    // How many edges the expression's automaton has, roughly.
    private int SizeOf(GrammarExpression expression)
    {
        switch (expression)
        {
            case SequenceExpression sequence:
                return SumOf(sequence.Items);
            case ChoiceExpression choice:
                return SumOf(choice.Items);
            case RepetitionExpression repetition:
                long size = SizeOf(repetition.Item);
                size *= Math.Max(1, repetition.Maximum ?? repetition.Minimum + 1L);
                return size > MostEdges ? 1 : (int)size;
            case RuleExpression reference:
                return _isInlined[reference.Rule] ? _sizes[reference.Rule] : 1;
            case AutomatonExpression { Automaton: ByteAutomaton automaton }:
                return IsMachine(automaton) ? 1 : automaton.StateCount;
            default:
                return 1;
        }

        int SumOf(IReadOnlyList<GrammarExpression> items)
        {
            long sum = 0;
            for (int index = 0; index < items.Count; index++)
            {
                sum += SizeOf(items[index]);
            }

            return (int)Math.Min(sum, int.MaxValue);
        }
    }

    // Whether what a token may be inside of the expression is worth to be known once for all places.
    private bool IsText(GrammarExpression expression)
    {
        switch (expression)
        {
            case SequenceExpression sequence:
                return AnyIsText(sequence.Items);
            case ChoiceExpression choice:
                return AnyIsText(choice.Items);
            case RepetitionExpression repetition:
                return (repetition.Maximum ?? int.MaxValue) > 1 && (IsCounted(repetition) || IsWide(repetition.Item) || IsText(repetition.Item));
            case RuleExpression reference:
                return _isInlined[reference.Rule] && _isText[reference.Rule];
            case AutomatonExpression { Automaton: ByteAutomaton automaton }:
                return IsMachine(automaton);
            default:
                return expression is MembersExpression;
        }

        bool AnyIsText(IReadOnlyList<GrammarExpression> items)
        {
            for (int index = 0; index < items.Count; index++)
            {
                if (IsText(items[index]))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private bool IsWide(GrammarExpression expression)
    {
        switch (expression)
        {
            case ByteExpression one:
                return one.Bytes.Count >= FewestBytesOfText;
            case AutomatonExpression { Automaton: ByteAutomaton automaton }:
                return AutomatonFacts.FirstBytes(automaton).Count >= FewestBytesOfText;
            case SequenceExpression sequence:
                return AnyIsWide(sequence.Items);
            case ChoiceExpression choice:
                return AnyIsWide(choice.Items);
            case RuleExpression reference:
                return _isInlined[reference.Rule] && IsWide(_grammar.Rules[reference.Rule].Expression);
            default:
                return false;
        }

        bool AnyIsWide(IReadOnlyList<GrammarExpression> items)
        {
            for (int index = 0; index < items.Count; index++)
            {
                if (IsWide(items[index]))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
