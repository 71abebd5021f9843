using System.Collections.Generic;

namespace ModelGen.Grammars.Matching;

/// <summary>Collects stacks for a <see cref="GrammarState"/>: makes the calls and leaves the ends of the heads that are added.</summary>
/// <param name="states">Makes the states.</param>
internal sealed class StackSet(GrammarStates states)
{
    private readonly List<(Head Head, GrammarState Tail)> _stacks = [];
    private readonly List<(Head Head, int Rank, GrammarState Tail)> _calls = [];
    private bool _isAccepting;

    /// <summary>Adds stacks with a head on top.</summary>
    public void Add(Head head, GrammarState tail)
    {
        if (!head.Bytes.IsEmpty || head.IsExit || head.Terminal is not null)
        {
            AddClosed(head, tail);
        }

        if (head.Accepts)
        {
            Add(tail);
        }

        foreach (Head further in head.Further)
        {
            Add(further, tail);
        }

        foreach (HeadCall call in head.Calls)
        {
            AddCall(call, tail);
        }
    }

    /// <summary>Adds a call that is made with something below.</summary>
    public void AddCall(HeadCall call, GrammarState tail)
    {
        GrammarState below = call.Return.IsEnd ? tail : states.Make(call.Return, tail);
        for (int index = 0; index < _calls.Count; index++)
        {
            if (_calls[index].Head == call.Start)
            {
                _calls[index] = (call.Start, call.Rank, states.Union(_calls[index].Tail, below));
                return;
            }
        }

        _calls.Add((call.Start, call.Rank, below));
    }

    /// <summary>Adds the stacks of a state.</summary>
    public void Add(GrammarState state)
    {
        state = states.Close(state);
        _isAccepting |= state.IsAccepting;
        for (int index = 0; index < state.Heads.Length; index++)
        {
            AddClosed(state.Heads[index], state.Tails[index]);
        }
    }

    /// <summary>The state of all that was added; then nothing is.</summary>
    public GrammarState ToState()
    {
        // Who calls comes before who is called, so that all that may lie below is known when a machine begins.
        while (_calls.Count > 0)
        {
            int first = 0;
            for (int index = 1; index < _calls.Count; index++)
            {
                first = _calls[index].Rank < _calls[first].Rank ? index : first;
            }

            (Head head, _, GrammarState tail) = _calls[first];
            _calls[first] = _calls[^1];
            _calls.RemoveAt(_calls.Count - 1);
            Add(head, tail);
        }

        _stacks.Sort(static (left, right) => left.Head.Order.CompareTo(right.Head.Order));
        Head[] heads = new Head[_stacks.Count];
        GrammarState[] tails = new GrammarState[_stacks.Count];
        for (int index = 0; index < heads.Length; index++)
        {
            (heads[index], tails[index]) = _stacks[index];
        }

        GrammarState state = states.Make(heads, tails, _isAccepting);
        _stacks.Clear();
        _isAccepting = false;

        // It has all that closing would add.
        state.Closed = state;
        return state;
    }

    private void AddClosed(Head head, GrammarState tail)
    {
        for (int index = 0; index < _stacks.Count; index++)
        {
            if (_stacks[index].Head == head)
            {
                _stacks[index] = (head, states.Union(_stacks[index].Tail, tail));
                return;
            }
        }

        _stacks.Add((head, tail));
    }
}
