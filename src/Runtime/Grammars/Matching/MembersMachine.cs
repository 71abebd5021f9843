using System;
using System.Collections.Generic;
using ModelGen.Grammars.Compilation;

namespace ModelGen.Grammars.Matching;

/// <summary>A machine of members with what follows from it: which members each state of the openings may still turn out to be.</summary>
internal sealed class MembersMachine
{
    private readonly GrammarStateTable _states;
    private readonly GrammarMachine _machine;
    private readonly Dictionary<int, BitSet> _reachable = [];

    public MembersMachine(GrammarStateTable states, GrammarMachine machine)
    {
        _states = states;
        _machine = machine;
        List<int> order = [];
        Find(machine.Start);
        Find(machine.Between);
        for (int index = 0; index < order.Count; index++)
        {
            for (int edge = states.FirstEdge(order[index]); edge < states.FirstEdge(order[index] + 1); edge++)
            {
                Find(states.EdgeTarget(edge));
            }
        }

        // To a fixed point, because openings may have loops; those found last lead to the ends.
        bool changed;
        do
        {
            changed = false;
            for (int index = order.Count - 1; index >= 0; index--)
            {
                BitSet reachable = _reachable[order[index]];
                for (int edge = states.FirstEdge(order[index]); edge < states.FirstEdge(order[index] + 1); edge++)
                {
                    reachable |= _reachable[states.EdgeTarget(edge)];
                }

                if (!reachable.Equals(_reachable[order[index]]))
                {
                    _reachable[order[index]] = reachable;
                    changed = true;
                }
            }
        }
        while (changed);

        Nothing = new MemberSet(BitSet.Empty(Members.Count), 0, MayComeBehind(BitSet.Empty(Members.Count), 0));

        void Find(int state)
        {
            if (!_reachable.ContainsKey(state))
            {
                BitSet opened = BitSet.Empty(Members.Count);
                foreach (int member in OpenedIn(state))
                {
                    opened = opened.With(member);
                }

                _reachable.Add(state, opened);
                order.Add(state);
            }
        }
    }

    public int Start => _machine.Start;

    public int Between => _machine.Between;

    public IReadOnlyList<MachineMember> Members => _machine.Members;

    /// <summary>No member has been.</summary>
    public MemberSet Nothing { get; }

    /// <summary>The members whose opening ends in a state.</summary>
    public ArraySegment<int> OpenedIn(int state) => _states.CalleesOf(state);

    /// <summary>Those of some members that a state may turn out to be.</summary>
    public BitSet MayCome(int state, BitSet mayCome) => _reachable.TryGetValue(state, out BitSet reachable) ? reachable & mayCome : BitSet.Empty(Members.Count);

    /// <summary>The bytes that lead from a state to the opening of one of some members.</summary>
    public ByteSet BytesOf(int state, BitSet mayCome)
    {
        ByteSet bytes = ByteSet.Empty;
        for (int edge = _states.FirstEdge(state); edge < _states.FirstEdge(state + 1); edge++)
        {
            if (_reachable[_states.EdgeTarget(edge)].Meets(mayCome))
            {
                bytes |= ByteSet.Range(_states.EdgeFirst(edge), _states.EdgeLast(edge));
            }
        }

        return bytes;
    }

    /// <summary>Whether nothing is missing.</summary>
    public bool MayEnd(MemberSet set) => set.Count >= _machine.Minimum && MissingOf(set.Seen) == 0;

    /// <summary>The set with one more member.</summary>
    public MemberSet With(MemberSet set, int member)
    {
        // A member that repeats and may be left out is not asked for again.
        BitSet seen = Members[member].Repeats && !Members[member].IsRequired ? set.Seen : set.Seen.With(member);
        int count = _machine.Maximum is null ? Math.Min(set.Count + 1, _machine.Minimum) : set.Count + 1;
        return new MemberSet(seen, count, MayComeBehind(seen, count));
    }

    // A member may come if those that are required behind it still find room.
    private BitSet MayComeBehind(BitSet seen, int count)
    {
        int missing = MissingOf(seen);
        long room = (_machine.Maximum ?? long.MaxValue) - count;
        BitSet mayCome = BitSet.Empty(Members.Count);
        for (int member = 0; member < Members.Count; member++)
        {
            bool isMissing = Members[member].IsRequired && !seen.Contains(member);
            if ((Members[member].Repeats || !seen.Contains(member)) && missing + (isMissing ? 0 : 1) <= room)
            {
                mayCome = mayCome.With(member);
            }
        }

        return mayCome;
    }

    private int MissingOf(BitSet seen)
    {
        int missing = 0;
        for (int member = 0; member < Members.Count; member++)
        {
            missing += Members[member].IsRequired && !seen.Contains(member) ? 1 : 0;
        }

        return missing;
    }
}
