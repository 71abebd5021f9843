using System;
using System.Buffers;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Numerics;
using ModelGen.Grammars.Masks;
using ModelGen.Grammars.Matching;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>Random answers of grammars, for what each token of them takes.</summary>
/// <param name="tokenizer">The vocabulary.</param>
internal sealed class GrammarAnswers(Tokenizer tokenizer)
{
    private const int MostTokens = 150;
    private const int MostAttempts = 500;

    private readonly byte[][] _bytes = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(id => BytesOf(tokenizer, id))];

    /// <summary>
    /// Walks a random answer: strings end after some tokens, and there is no white space where there need be none.
    /// </summary>
    /// <param name="masks">The grammar and the vocabulary.</param>
    /// <param name="random">Chooses.</param>
    /// <param name="times">Takes the microseconds of each mask.</param>
    public void Walk(GrammarMasks masks, Random random, List<double> times)
    {
        GrammarMatcher matcher = new(masks.States);
        for (int token = 0; token < MostTokens; token++)
        {
            long start = Stopwatch.GetTimestamp();
            ReadOnlySpan<ulong> mask = masks.MaskOf(matcher);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            int next = Choose(mask, random);
            if (tokenizer.IsEndOfGeneration(next))
            {
                return;
            }

            matcher.TryAdvance(_bytes[next]);
        }
    }

    private int Choose(ReadOnlySpan<ulong> mask, Random random)
    {
        // Within free text nearly all tokens may follow, and one of them is soon found.
        bool ends = random.Next(3) == 0;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            int id = random.Next(_bytes.Length);
            if ((mask[id / 64] >> (id % 64) & 1) != 0 && !HasSpace(_bytes[id]) && (!ends || _bytes[id].Contains((byte)'"')))
            {
                return id;
            }
        }

        List<int> ids = [];
        for (int word = 0; word < mask.Length; word++)
        {
            for (ulong rest = mask[word]; rest != 0; rest &= rest - 1)
            {
                ids.Add((word * 64) + BitOperations.TrailingZeroCount(rest));
            }
        }

        List<int> some = ids.FindAll(id => !HasSpace(_bytes[id]));
        return some.Count > 0 ? some[random.Next(some.Count)] : ids[random.Next(ids.Count)];
    }

    private static bool HasSpace(byte[] text) => text.AsSpan().ContainsAny(" \t\r\n"u8);

    private static byte[] BytesOf(Tokenizer tokenizer, int id)
    {
        ArrayBufferWriter<byte> bytes = new();
        tokenizer.WriteBytes(id, includeSpecialTokens: false, bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
