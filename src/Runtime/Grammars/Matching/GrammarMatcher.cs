using System;

namespace ModelGen.Grammars.Matching;

/// <summary>Follows a text through a grammar. Each text is one that can be gone on from to the grammar's end.</summary>
internal sealed class GrammarMatcher
{
    /// <summary>A matcher of the empty text.</summary>
    /// <param name="states">The grammar's states, which matchers may share.</param>
    public GrammarMatcher(GrammarStates states)
    {
        States = states;
        State = states.Start;
    }

    private GrammarMatcher(GrammarMatcher other)
    {
        States = other.States;
        State = other.State;
    }

    /// <summary>The states that it goes through.</summary>
    public GrammarStates States { get; }

    /// <summary>What the text has led to.</summary>
    public GrammarState State { get; private set; }

    /// <summary>Whether the text is one of the grammar's.</summary>
    public bool IsAccepting => State.IsAccepting;

    /// <summary>Whether the text is one of the grammar's and nothing may follow.</summary>
    public bool MustEnd => State.IsAccepting && State.IsEnd;

    /// <summary>The bytes that may follow.</summary>
    public ByteSet Bytes => State.Bytes;

    /// <summary>Appends to the text.</summary>
    /// <param name="text">What is appended.</param>
    /// <returns>Whether it may follow; otherwise nothing is appended.</returns>
    public bool TryAdvance(ReadOnlySpan<byte> text) => TryMove(States.Advance(State, text));

    /// <summary>Goes on in a state that something led to from this one.</summary>
    /// <param name="next">The state.</param>
    /// <returns>Whether it may follow; otherwise the matcher stays where it is.</returns>
    public bool TryMove(GrammarState next)
    {
        if (next.IsDead)
        {
            return false;
        }

        State = next;
        return true;
    }

    /// <summary>
    /// Writes the bytes that must follow, as far as each is the only one, the text may not end before it, and no token is named that may
    /// follow as well. Appends nothing.
    /// </summary>
    /// <param name="bytes">Takes them.</param>
    /// <returns>How many there are; not more than fit.</returns>
    public int WriteForced(Span<byte> bytes)
    {
        GrammarState state = State;
        int count = 0;
        for (; count < bytes.Length && !state.IsAccepting && !state.HasTokens && state.Bytes.Only is byte value; count++)
        {
            bytes[count] = value;
            state = States.Advance(state, [value]);
        }

        return count;
    }

    /// <summary>Goes back to the empty text.</summary>
    public void Reset() => State = States.Start;

    /// <summary>A matcher of the same text that goes on by itself.</summary>
    public GrammarMatcher Fork() => new(this);
}
