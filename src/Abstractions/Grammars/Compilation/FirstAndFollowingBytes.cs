using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>What bytes machines may take at certain places, counts and members that have been left aside.</summary>
internal sealed class FirstAndFollowingBytes
{
    private readonly CompiledGrammar _grammar;
    private readonly ByteSet[] _firstOf;
    private readonly ByteSet[] _followingOf;

    public FirstAndFollowingBytes(CompiledGrammar grammar)
    {
        _grammar = grammar;
        GrammarStateTable states = grammar.States;
        _firstOf = new ByteSet[states.StateCount];
        _followingOf = new ByteSet[grammar.Machines.Count];
        bool[] isOfMembers = StatesOfMembers();
        bool changed;
        do
        {
            changed = false;
            for (int state = states.StateCount - 1; state >= 0; state--)
            {
                ByteSet first = _firstOf[state];
                for (int edge = states.FirstEdge(state); edge < states.FirstEdge(state + 1); edge++)
                {
                    first |= ByteSet.Range(states.EdgeFirst(edge), states.EdgeLast(edge));
                }

                for (int call = states.FirstCall(state); call < states.FirstCall(state + 1) && !isOfMembers[state]; call++)
                {
                    first |= _firstOf[grammar.Machines[states.Callee(call)].Start];
                }

                changed |= first != _firstOf[state];
                _firstOf[state] = first;
            }
        }
        while (changed);

        do
        {
            changed = false;
            for (int machine = grammar.Machines.Count - 1; machine >= 0; machine--)
            {
                ByteSet following = FollowingBytes(grammar.Machines[machine]);
                changed |= following != _followingOf[machine];
                _followingOf[machine] = following;
            }
        }
        while (changed);
    }

    /// <summary>What may come first from a state on.</summary>
    public ByteSet FirstOf(int state) => _firstOf[state];

    /// <summary>What may come where a text of the automaton that starts in a state might have ended.</summary>
    public ByteSet FollowingOf(int start) => FollowingBytes(start);

    private ByteSet FollowingBytes(GrammarMachine machine)
    {
        switch (machine.Kind)
        {
            case MachineKind.Members:
                ByteSet following = _firstOf[machine.Between];
                foreach (MachineMember member in machine.Members)
                {
                    following |= member.Value == SymbolAutomaton.Dead ? ByteSet.Empty : _followingOf[member.Value];
                }

                return following;
            case MachineKind.Counter:
                return FollowingBytes(machine.Start) | _firstOf[machine.Start];
            default:
                return FollowingBytes(machine.Start);
        }
    }

    private ByteSet FollowingBytes(int start)
    {
        // An automaton's states are those that its start leads to.
        GrammarStateTable states = _grammar.States;
        HashSet<int> known = [start];
        List<int> open = [start];
        ByteSet following = ByteSet.Empty;
        for (int index = 0; index < open.Count; index++)
        {
            int state = open[index];
            if (states.Accepts(state))
            {
                following |= _firstOf[state];
            }

            for (int edge = states.FirstEdge(state); edge < states.FirstEdge(state + 1); edge++)
            {
                Find(states.EdgeTarget(edge));
            }

            for (int call = states.FirstCall(state); call < states.FirstCall(state + 1); call++)
            {
                int to = states.Return(call);
                if (states.Accepts(to))
                {
                    following |= _followingOf[states.Callee(call)];
                }

                Find(to);
            }
        }

        return following;

        void Find(int state)
        {
            if (known.Add(state))
            {
                open.Add(state);
            }
        }
    }

    private bool[] StatesOfMembers()
    {
        bool[] result = new bool[_grammar.States.StateCount];
        foreach (GrammarMachine machine in _grammar.Machines)
        {
            if (machine.Kind == MachineKind.Members)
            {
                List<int> open = [machine.Start, machine.Between];
                for (int index = 0; index < open.Count; index++)
                {
                    int state = open[index];
                    if (!result[state])
                    {
                        result[state] = true;
                        for (int edge = _grammar.States.FirstEdge(state); edge < _grammar.States.FirstEdge(state + 1); edge++)
                        {
                            open.Add(_grammar.States.EdgeTarget(edge));
                        }

                        for (int call = _grammar.States.FirstCall(state); call < _grammar.States.FirstCall(state + 1); call++)
                        {
                            open.Add(_grammar.States.Return(call));
                        }
                    }
                }
            }
        }

        return result;
    }
}
