using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Turns expressions into automata that are not yet deterministic (Thompson 1968).</summary>
internal sealed class NfaBuilder(GrammarDefinition grammar, GrammarFacts facts, RulePlan plan, MachineDrafts machines)
{
    private const int MostEdges = 100_000;

    /// <summary>An automaton of an expression.</summary>
    /// <param name="name">Name of the rule that it belongs to.</param>
    /// <param name="expression">The expression.</param>
    public Nfa Build(string name, GrammarExpression expression)
    {
        Nfa nfa = new();
        Add(name, nfa, expression, nfa.Start, nfa.Accept);
        return nfa;
    }

    /// <summary>Adds the texts of an expression between two states. No edge is added to the first one or from the last one.</summary>
    /// <param name="name">Name of the rule that it belongs to.</param>
    /// <param name="nfa">Takes the edges.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="from">Where the texts begin.</param>
    /// <param name="to">Where they end.</param>
    /// <param name="mayCall">Whether parts of it may become machines that are called.</param>
    public void Add(string name, Nfa nfa, GrammarExpression expression, int from, int to, bool mayCall = true)
    {
        Recursion.Guard();
        if (nfa.Edges.Count > MostEdges)
        {
            throw new GrammarException(
                $"The rule '{name}' has more than {MostEdges} edges when it is written out; make it shorter, or give its parts rules "
                + "of their own.");
        }

        switch (expression)
        {
            case ByteExpression one:
                nfa.AddBytes(from, one.Bytes, to);
                break;
            case SequenceExpression sequence:
                AddSequence(sequence.Items);
                break;
            case ChoiceExpression choice:
                for (int index = 0; index < choice.Items.Count; index++)
                {
                    Add(name, nfa, choice.Items[index], from, to, mayCall);
                }

                break;
            case RepetitionExpression repetition:
                if (repetition.Minimum <= (repetition.Maximum ?? int.MaxValue))
                {
                    AddRepetition(repetition);
                }

                break;
            case RuleExpression reference when plan.IsInlined(reference.Rule) || !mayCall:
                GrammarRule rule = grammar.Rules[reference.Rule];
                if (!plan.IsInlined(reference.Rule) && plan.IsRecursive(reference.Rule))
                {
                    throw new GrammarException(
                        $"The rule '{name}' has members that are told apart, or parted, by the rule '{rule.Name}', which leads back to itself; "
                        + "write out what may stand there.");
                }

                Add(name, nfa, rule.Expression, from, to, mayCall);
                break;
            case RuleExpression reference:
                AddCall(reference, () => machines.OfRule(reference.Rule));
                break;
            case AutomatonExpression automaton when plan.IsMachine(automaton.Automaton) && mayCall:
                AddCall(automaton, () => machines.OfAutomaton(name, automaton.Automaton));
                break;
            case AutomatonExpression { Automaton: ByteAutomaton automaton }:
                AddAutomaton(nfa, automaton, from, to);
                break;
            case MembersExpression or TokenExpression when !mayCall:
                throw new GrammarException(
                    $"The rule '{name}' has members that are told apart, or parted, by other members or by tokens; "
                    + "write out what may stand there.");
            case TokenExpression token:
                nfa.AddCall(from, machines.OfTerminal(token.Terminal), to);
                break;
            case MembersExpression members:
                AddCall(members, () => machines.OfMembers(name, members));
                break;
        }

        void AddSequence(IReadOnlyList<GrammarExpression> items)
        {
            if (items.Count == 0)
            {
                nfa.AddEmpty(from, to);
                return;
            }

            int at = from;
            for (int index = 0; index < items.Count; index++)
            {
                int next = index == items.Count - 1 ? to : nfa.AddState();
                Add(name, nfa, items[index], at, next, mayCall);
                at = next;
            }
        }

        void AddRepetition(RepetitionExpression repetition)
        {
            if (mayCall && plan.IsCounted(repetition))
            {
                AddCall(repetition, () => machines.OfRepetition(name, repetition));
                return;
            }

            int at = nfa.AddState();
            nfa.AddEmpty(from, at);
            int copies = repetition.Maximum ?? repetition.Minimum;
            for (int copy = 0; copy < copies; copy++)
            {
                if (copy >= repetition.Minimum)
                {
                    nfa.AddEmpty(at, to);
                }

                int next = nfa.AddState();
                Add(name, nfa, repetition.Item, at, next, mayCall);
                at = next;
            }

            if (repetition.Maximum is null)
            {
                Add(name, nfa, repetition.Item, at, at, mayCall);
            }

            nfa.AddEmpty(at, to);
        }

        void AddCall(GrammarExpression callee, Func<int> machine)
        {
            if (facts.HasLongText(callee))
            {
                nfa.AddCall(from, machine(), to);
            }

            if (facts.HasEmptyText(callee))
            {
                nfa.AddEmpty(from, to);
            }
        }
    }

    private static void AddAutomaton(Nfa nfa, ByteAutomaton automaton, int from, int to)
    {
        ByteSet[] classes = ByteAutomata.ClassesOf(automaton);
        int[] states = new int[automaton.StateCount];
        ByteSet[] bytesTo = new ByteSet[states.Length];
        List<int> nexts = [];
        for (int state = 0; state < states.Length; state++)
        {
            states[state] = nfa.AddState();
        }

        for (int state = 0; state < states.Length; state++)
        {
            // One edge for all classes that lead to the same state.
            for (int byteClass = 0; byteClass < classes.Length; byteClass++)
            {
                int next = automaton.NextOfClass(state, byteClass);
                if (next != ByteAutomaton.Dead)
                {
                    bytesTo[next] |= classes[byteClass];
                    nexts.Add(next);
                }
            }

            foreach (int next in nexts)
            {
                nfa.AddBytes(states[state], bytesTo[next], states[next]);
                bytesTo[next] = ByteSet.Empty;
            }

            nexts.Clear();

            if (automaton.Accepts(state))
            {
                nfa.AddEmpty(states[state], to);
            }
        }

        if (states.Length > 0)
        {
            nfa.AddEmpty(from, states[0]);
        }
    }
}
