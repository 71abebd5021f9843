using System;
using System.Collections.Generic;
using System.Text;

namespace ModelGen.Sampling;

/// <summary>
/// Finds texts in bytes that arrive one by one (Aho and Corasick 1975, "Efficient String Matching"). A state is the longest beginning of one of
/// the texts that the bytes so far end with.
/// </summary>
internal sealed class TextAutomaton
{
    /// <summary>The state before the first byte.</summary>
    public const int Root = 0;

    private const int None = -1;

    // Of each state: the byte that leads to it from its parent, its first child and its next sibling in the trie of the texts, the state of
    // its longest other ending that is a state, and whether it ends with one of the texts.
    private readonly List<byte> _bytes = [0];
    private readonly List<int> _firstChild = [None];
    private readonly List<int> _nextSibling = [None];
    private readonly int[] _fallback;
    private readonly bool[] _isMatch;

    // Where each byte leads from the root, which is where most bytes are met.
    private readonly int[] _fromRoot = new int[256];

    /// <param name="texts">None of them empty.</param>
    public TextAutomaton(IEnumerable<string> texts)
    {
        List<int> ends = [];
        foreach (string text in texts)
        {
            int state = Root;
            foreach (byte value in Encoding.UTF8.GetBytes(text))
            {
                state = Child(state, value) is int child and not None ? child : AddChild(state, value);
            }

            ends.Add(state);
        }

        _fallback = new int[_bytes.Count];
        _isMatch = new bool[_bytes.Count];
        foreach (int end in ends)
        {
            _isMatch[end] = true;
        }

        LinkEndings();
    }

    /// <summary>Number of states; they are 0 to StateCount − 1.</summary>
    public int StateCount => _bytes.Count;

    /// <summary>Whether what led to the state ends with one of the texts.</summary>
    public bool IsMatch(int state) => _isMatch[state];

    /// <summary>The state after one more byte.</summary>
    public int Next(int state, byte value)
    {
        while (state != Root)
        {
            int child = Child(state, value);
            if (child != None)
            {
                return child;
            }

            state = _fallback[state];
        }

        return _fromRoot[value];
    }

    /// <summary>The state after more bytes.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isMatch">Whether one of the texts ended in these bytes.</param>
    public int Next(int state, ReadOnlySpan<byte> bytes, out bool isMatch)
    {
        isMatch = false;
        foreach (byte value in bytes)
        {
            state = Next(state, value);
            isMatch |= _isMatch[state];
        }

        return state;
    }

    private int Child(int state, byte value)
    {
        int child = _firstChild[state];
        while (child != None && _bytes[child] != value)
        {
            child = _nextSibling[child];
        }

        return child;
    }

    private int AddChild(int state, byte value)
    {
        int child = _bytes.Count;
        _bytes.Add(value);
        _firstChild.Add(None);
        _nextSibling.Add(_firstChild[state]);
        _firstChild[state] = child;
        return child;
    }

    // Shorter states first: what they fall back to is shorter still.
    private void LinkEndings()
    {
        Queue<int> states = new([Root]);
        while (states.TryDequeue(out int state))
        {
            for (int child = _firstChild[state]; child != None; child = _nextSibling[child])
            {
                if (state == Root)
                {
                    _fromRoot[_bytes[child]] = child;
                }
                else
                {
                    _fallback[child] = Next(_fallback[state], _bytes[child]);
                    _isMatch[child] |= _isMatch[_fallback[child]];
                }

                states.Enqueue(child);
            }
        }
    }
}
