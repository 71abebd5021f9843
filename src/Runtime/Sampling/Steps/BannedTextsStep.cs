using System;
using System.Collections.Generic;
using ModelGen.Tokenization;

namespace ModelGen.Sampling;

/// <summary>
/// Rules out the tokens with which the answer would have a banned text, and those behind which only such tokens could follow
/// (<see cref="GenerationOptions.BannedTexts"/>).
/// </summary>
internal sealed class BannedTextsStep : LogitStep
{
    private readonly TextAutomaton _automaton;
    private readonly TokenBytes _tokens;
    private readonly int _vocabularySize;

    // States behind which no token with a text may follow.
    private readonly bool[] _isDeadEnd;

    // The ids that are ruled out in each state that was met.
    private readonly int[]?[] _banned;

    // What was read of the answer.
    private int _read;
    private int _state = TextAutomaton.Root;

    public BannedTextsStep(IReadOnlyList<string> texts, Tokenizer tokenizer, int vocabularySize)
    {
        _automaton = new TextAutomaton(texts);
        _tokens = TokenBytes.Of(tokenizer);
        _vocabularySize = vocabularySize;
        _banned = new int[_automaton.StateCount][];
        _isDeadEnd = FindDeadEnds();
    }

    public override string Name => nameof(GenerationOptions.BannedTexts);

    public override void Apply(ReadOnlySpan<int> text, int promptLength, Span<float> logits)
    {
        for (; promptLength + _read < text.Length; _read++)
        {
            _state = _automaton.Next(_state, _tokens[text[promptLength + _read]], out _);
        }

        foreach (int id in _banned[_state] ??= BannedIn(_state))
        {
            logits[id] = float.NegativeInfinity;
        }
    }

    private int[] BannedIn(int state)
    {
        List<int> banned = [];
        for (int id = 0; id < _vocabularySize; id++)
        {
            if (!IsOpen(state, id, _isDeadEnd))
            {
                banned.Add(id);
            }
        }

        return [.. banned];
    }

    // Whether a token completes no banned text and leads to no dead end. One without a text stays where it is.
    private bool IsOpen(int state, int id, bool[] isDeadEnd)
    {
        int next = _automaton.Next(state, _tokens[id], out bool isMatch);
        return !isMatch && (!isDeadEnd[next] || _tokens[id].IsEmpty);
    }

    // A state is a dead end where every token completes a banned text or leads to a dead end: found until no more are. Nearly always the
    // first few tokens show that a state is none.
    private bool[] FindDeadEnds()
    {
        bool[] isDeadEnd = new bool[_automaton.StateCount];
        int[] wayOut = new int[_automaton.StateCount];
        bool found = true;
        while (found)
        {
            found = false;
            for (int state = 0; state < isDeadEnd.Length; state++)
            {
                if (!isDeadEnd[state])
                {
                    wayOut[state] = FindWayOut(state, wayOut[state], isDeadEnd);
                    isDeadEnd[state] = wayOut[state] == _vocabularySize;
                    found |= isDeadEnd[state];
                }
            }
        }

        // Where already the first token leads to one, dead ends cannot be kept out of.
        return isDeadEnd[TextAutomaton.Root] ? new bool[isDeadEnd.Length] : isDeadEnd;
    }

    // The first token with a text that may follow, from a given one on: those before it never may again.
    private int FindWayOut(int state, int id, bool[] isDeadEnd)
    {
        while (id < _vocabularySize && (_tokens[id].IsEmpty || !IsOpen(state, id, isDeadEnd)))
        {
            id++;
        }

        return id;
    }
}
