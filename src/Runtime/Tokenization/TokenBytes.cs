using System;
using System.Buffers;
using System.Runtime.CompilerServices;

namespace ModelGen.Tokenization;

/// <summary>
/// What each token writes in the middle of a text, side by side, for those who look at the whole vocabulary again and again. Control tokens
/// write nothing.
/// </summary>
internal sealed class TokenBytes
{
    private static readonly ConditionalWeakTable<Tokenizer, TokenBytes> Known = [];

    private readonly byte[] _bytes;

    // Where each token's bytes start, and where the last one's end.
    private readonly int[] _starts;

    private TokenBytes(Tokenizer tokenizer)
    {
        ArrayBufferWriter<byte> bytes = new();
        _starts = new int[tokenizer.VocabularySize + 1];
        for (int id = 0; id < tokenizer.VocabularySize; id++)
        {
            tokenizer.WriteBytes(id, includeSpecialTokens: false, bytes);
            _starts[id + 1] = bytes.WrittenCount;
        }

        _bytes = bytes.WrittenSpan.ToArray();
    }

    /// <summary>Those of a tokenizer, made when they are first asked for and kept as long as it is.</summary>
    public static TokenBytes Of(Tokenizer tokenizer) => Known.GetValue(tokenizer, static tokenizer => new TokenBytes(tokenizer));

    /// <summary>Number of tokens.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>The bytes of all tokens, one's behind the other's.</summary>
    public byte[] All => _bytes;

    /// <summary>Where a token's bytes start among all.</summary>
    public int StartOf(int id) => _starts[id];

    /// <summary>The bytes of a token.</summary>
    public ReadOnlySpan<byte> this[int id] => _bytes.AsSpan(_starts[id].._starts[id + 1]);
}
