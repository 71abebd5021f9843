using System;
using System.Buffers;
using System.Collections.Generic;

namespace ModelGen.Sampling;

/// <summary>
/// Finds the texts that no repetition goes over. They are looked for in the text of the tokens, wherever tokens part it; control tokens count
/// by the text of their name.
/// </summary>
internal sealed class SequenceBreakers(IReadOnlyList<string> texts, Tokenizer tokenizer)
{
    private readonly TextAutomaton _automaton = new(texts);
    private readonly ArrayBufferWriter<byte> _bytes = new();

    // What was read of the text.
    private int _read;
    private int _state = TextAutomaton.Root;
    private int _lastEnd;

    /// <summary>How many tokens stand behind the one in which the last breaker ends; all of them where there is none.</summary>
    /// <param name="text">The text so far, which begins with that of the last call.</param>
    public int TokensBehindLast(ReadOnlySpan<int> text)
    {
        for (; _read < text.Length; _read++)
        {
            _state = _automaton.Next(_state, BytesOf(text[_read]), out bool isMatch);
            if (isMatch)
            {
                _lastEnd = _read + 1;
            }
        }

        return text.Length - _lastEnd;
    }

    /// <summary>Whether the text of a token has a breaker in it.</summary>
    public bool StandsIn(int id)
    {
        _automaton.Next(TextAutomaton.Root, BytesOf(id), out bool isMatch);
        return isMatch;
    }

    private ReadOnlySpan<byte> BytesOf(int id)
    {
        _bytes.ResetWrittenCount();

        // Rows that pad the output head are ids of the model but not of the tokenizer.
        if (id < tokenizer.VocabularySize)
        {
            tokenizer.WriteBytes(id, includeSpecialTokens: true, _bytes);
        }

        return _bytes.WrittenSpan;
    }
}
