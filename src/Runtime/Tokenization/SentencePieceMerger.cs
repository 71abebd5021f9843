using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>
/// Merges the characters of a text into tokens: of all adjacent pairs whose joined text is a token, the one with the highest score is
/// merged first, the leftmost on ties, until no pair is left.
/// </summary>
/// <remarks>
/// A priority queue holds the pairs and the symbols are a linked list, so that a text of n bytes takes O(n log n): each merge adds at most
/// two pairs, and a pair's text is looked up only while it is no longer than the vocabulary's longest token.
/// </remarks>
internal static class SentencePieceMerger
{
    private const int End = -1;

    /// <summary>Appends the ids of <paramref name="text"/> (UTF-8, spaces already marked) to <paramref name="ids"/>.</summary>
    /// <exception cref="ModelGenException">A character is no token, its bytes are not either, and there is no unknown token.</exception>
    public static void Merge(VocabularyReader vocabulary, ReadOnlySpan<byte> text, List<int> ids)
    {
        if (text.IsEmpty)
        {
            return;
        }

        Symbol[] rented = ArrayPool<Symbol>.Shared.Rent(text.Length);
        try
        {
            Span<Symbol> symbols = rented.AsSpan(0, SplitIntoCharacters(text, rented));
            MergePairs(vocabulary, text, symbols);
            for (int index = 0; index != End; index = symbols[index].Next)
            {
                AppendIds(vocabulary, text.Slice(symbols[index].Start, symbols[index].Length), ids);
            }
        }
        finally
        {
            ArrayPool<Symbol>.Shared.Return(rented);
        }
    }

    private static int SplitIntoCharacters(ReadOnlySpan<byte> text, Span<Symbol> symbols)
    {
        int count = 0;
        for (int start = 0; start < text.Length; count++)
        {
            Rune.DecodeFromUtf8(text[start..], out _, out int length);
            symbols[count] = new Symbol { Start = start, Length = length, Previous = count - 1, Next = count + 1 };
            start += length;
        }

        symbols[count - 1].Next = End;
        return count;
    }

    private static void MergePairs(VocabularyReader vocabulary, ReadOnlySpan<byte> text, Span<Symbol> symbols)
    {
        PriorityQueue<Pair, Priority> pairs = new(symbols.Length, Priority.Comparer.Instance);
        for (int left = 0; left < symbols.Length - 1; left++)
        {
            AddPair(vocabulary, text, symbols, left, left + 1, pairs);
        }

        while (pairs.TryDequeue(out Pair pair, out _))
        {
            ref Symbol left = ref symbols[pair.Left];
            ref Symbol right = ref symbols[pair.Right];

            // Symbols only ever grow or vanish: another length means that the pair is no longer what was queued.
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != pair.Length)
            {
                continue;
            }

            left.Length += right.Length;
            right.Length = 0;
            left.Next = right.Next;
            if (left.Next != End)
            {
                symbols[left.Next].Previous = pair.Left;
                AddPair(vocabulary, text, symbols, pair.Left, left.Next, pairs);
            }

            if (left.Previous != End)
            {
                AddPair(vocabulary, text, symbols, left.Previous, pair.Left, pairs);
            }
        }
    }

    private static void AddPair(
        VocabularyReader vocabulary,
        ReadOnlySpan<byte> text,
        Span<Symbol> symbols,
        int left,
        int right,
        PriorityQueue<Pair, Priority> pairs)
    {
        int length = symbols[left].Length + symbols[right].Length;
        if (length <= vocabulary.LongestToken && vocabulary.Find(text.Slice(symbols[left].Start, length)) is int id)
        {
            pairs.Enqueue(new Pair(left, right, length), new Priority(vocabulary.ScoreOf(id), left));
        }
    }

    private static void AppendIds(VocabularyReader vocabulary, ReadOnlySpan<byte> symbol, List<int> ids)
    {
        if (vocabulary.Find(symbol) is int id)
        {
            ids.Add(id);
            return;
        }

        int before = ids.Count;
        foreach (byte value in symbol)
        {
            if (vocabulary.ByteToken(value) is int byteId)
            {
                ids.Add(byteId);
                continue;
            }

            // Without byte tokens SentencePiece writes one unknown token for the whole character.
            ids.RemoveRange(before, ids.Count - before);
            ids.Add(vocabulary.UnknownId ?? throw new ModelGenException(
                $"The vocabulary has no token for '{Encoding.UTF8.GetString(symbol)}', none for its bytes and no unknown "
                + "token; take the character out of the text."));
            return;
        }
    }

    /// <summary>A run of the text that is one symbol; Length 0 once it was merged into the symbol before it.</summary>
    private struct Symbol
    {
        public int Start;
        public int Length;
        public int Previous;
        public int Next;
    }

    /// <summary>Two adjacent symbols whose joined text, <paramref name="Length"/> bytes, is a token.</summary>
    private readonly record struct Pair(int Left, int Right, int Length);

    private readonly record struct Priority(float Score, int Left)
    {
        /// <summary>Highest score first, then the leftmost.</summary>
        public sealed class Comparer : IComparer<Priority>
        {
            public static readonly Comparer Instance = new();

            public int Compare(Priority x, Priority y)
            {
                int byScore = y.Score.CompareTo(x.Score);
                return byScore != 0 ? byScore : x.Left.CompareTo(y.Left);
            }
        }
    }
}
