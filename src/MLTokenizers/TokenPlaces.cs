using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;

namespace ModelGen.MLTokenizers;

/// <summary>Where the tokens of a text end in it. A token holds the characters whose first byte it holds.</summary>
internal sealed class TokenPlaces
{
    // The index behind each token's characters, with 0 in front; and whether the token's last character is whole.
    private readonly int[] _ends;
    private readonly bool[] _isWhole;

    private TokenPlaces(int[] ends, bool[] isWhole)
    {
        _ends = ends;
        _isWhole = isWhole;
    }

    /// <summary>Finds the places.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="text">A text.</param>
    /// <param name="ids">Its ids.</param>
    /// <exception cref="NotSupportedException">The tokens do not hold the text as it is.</exception>
    public static TokenPlaces Find(Tokenizer tokenizer, ReadOnlySpan<char> text, IReadOnlyList<int> ids)
    {
        // Half of a surrogate pair is read as U+FFFD, which has as many UTF-16 code units.
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);

        // What each token writes. Control tokens that were added write nothing, and those that were read write their text.
        ArrayBufferWriter<byte> written = new(bytes.Length + 1);
        int[] byteEnds = Write(tokenizer, ids, includeSpecialTokens: false, written);
        if (!Holds(bytes, written.WrittenSpan, tokenizer))
        {
            written = new ArrayBufferWriter<byte>(bytes.Length + 1);
            byteEnds = Write(tokenizer, ids, includeSpecialTokens: true, written);
        }

        int prefix = written.WrittenCount - bytes.Length;
        if (!Holds(bytes, written.WrittenSpan, tokenizer))
        {
            throw new NotSupportedException(
                "The tokens of this vocabulary do not hold the text as it is (it is normalised, or special tokens stand in it), so they have no "
                + "places in it; encode to ids without a limit.");
        }

        int[] ends = new int[ids.Count + 1];
        bool[] isWhole = new bool[ids.Count + 1];
        isWhole[0] = true;
        int units = 0;
        int position = 0;
        for (int token = 0; token < ids.Count; token++)
        {
            int end = Math.Max(0, byteEnds[token] - prefix);
            for (; position < end; position++)
            {
                // A byte that starts a character of four bytes starts two code units.
                units += bytes[position] switch { < 0x80 => 1, < 0xC0 => 0, < 0xF0 => 1, _ => 2 };
            }

            ends[token + 1] = units;
            isWhole[token + 1] = end == bytes.Length || (bytes[end] & 0xC0) != 0x80;
        }

        return new TokenPlaces(ends, isWhole);
    }

    /// <summary>The index behind the characters of the first <paramref name="count"/> tokens.</summary>
    public int End(int count) => _ends[count];

    /// <summary>The most tokens, up to a limit, that end with a whole character.</summary>
    public int WholeFromStart(int limit)
    {
        int count = limit;
        while (!_isWhole[count])
        {
            count--;
        }

        return count;
    }

    /// <summary>The most tokens from the end, up to a limit, that start with a character.</summary>
    public int WholeFromEnd(int limit)
    {
        int start = _isWhole.Length - 1 - limit;
        while (!_isWhole[start])
        {
            start++;
        }

        return _isWhole.Length - 1 - start;
    }

    private static int[] Write(Tokenizer tokenizer, IReadOnlyList<int> ids, bool includeSpecialTokens, ArrayBufferWriter<byte> written)
    {
        int[] ends = new int[ids.Count];
        for (int i = 0; i < ids.Count; i++)
        {
            tokenizer.WriteBytes(ids[i], includeSpecialTokens, written);
            ends[i] = written.WrittenCount;
        }

        return ends;
    }

    // As it is, or behind the space that the vocabulary puts in front of texts.
    private static bool Holds(ReadOnlySpan<byte> text, ReadOnlySpan<byte> written, Tokenizer tokenizer) =>
        written.SequenceEqual(text) || (tokenizer.AddsSpacePrefix && written is [(byte)' ', ..] && written[1..].SequenceEqual(text));
}
