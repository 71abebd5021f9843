using System;
using System.Buffers;
using System.Collections.Generic;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization;

/// <summary>
/// Splits special tokens out of a text before it is tokenized: user-defined tokens always, control and unknown tokens only on request.
/// Longer tokens go first; of equally long ones the lower id; each takes its occurrences from left to right.
/// </summary>
/// <remarks>
/// Tokens of one length are found in one pass over the text, so the time grows with the text and with the number of different lengths,
/// not with the number of special tokens, of which some vocabularies have thousands.
/// </remarks>
internal sealed class SpecialTokenSplitter
{
    private readonly VocabularyReader _vocabulary;

    // Made on first use, so that opening a vocabulary reads none of its tables.
    private readonly Lazy<LengthClass[]> _always;
    private readonly Lazy<LengthClass[]> _onRequest;

    public SpecialTokenSplitter(VocabularyReader vocabulary)
    {
        _vocabulary = vocabulary;
        _always = new(() => Classify(parseSpecialTokens: false));
        _onRequest = new(() => Classify(parseSpecialTokens: true));
    }

    /// <summary>The fragments of <paramref name="text"/> in order; none for an empty text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="parseSpecialTokens">Whether control and unknown tokens are split out too.</param>
    /// <param name="content">Parts of the text, in order, in which they are not: what users wrote.</param>
    public List<TextFragment> Split(ReadOnlySpan<byte> text, bool parseSpecialTokens, ReadOnlySpan<Range> content)
    {
        List<TextFragment> taken = [];
        LengthClass[] classes = (parseSpecialTokens ? _onRequest : _always).Value;
        if (classes.Length > 0)
        {
            bool[] rented = ArrayPool<bool>.Shared.Rent(text.Length);
            try
            {
                Span<bool> isTaken = rented.AsSpan(0, text.Length);
                isTaken.Clear();
                foreach (LengthClass tokens in classes)
                {
                    Take(text, tokens, parseSpecialTokens, content, isTaken, taken);
                }
            }
            finally
            {
                ArrayPool<bool>.Shared.Return(rented);
            }

            taken.Sort(static (x, y) => x.Start.CompareTo(y.Start));
        }

        return WithTextBetween(text, taken);
    }

    private static bool IsSplitOut(TokenAttributes attributes, bool parseSpecialTokens) =>
        (attributes & (TokenAttributes.Control | TokenAttributes.Unknown)) != 0
            ? parseSpecialTokens
            : (attributes & TokenAttributes.UserDefined) != 0;

    private void Take(
        ReadOnlySpan<byte> text,
        LengthClass tokens,
        bool parseSpecialTokens,
        ReadOnlySpan<Range> content,
        Span<bool> isTaken,
        List<TextFragment> taken)
    {
        List<TextFragment> found = [];
        for (int from = 0; from <= text.Length - tokens.Length; from++)
        {
            int next = text[from..^(tokens.Length - 1)].IndexOfAny(tokens.FirstBytes);
            if (next < 0)
            {
                break;
            }

            from += next;
            if (!isTaken.Slice(from, tokens.Length).Contains(true)
                && _vocabulary.FindSpecial(text.Slice(from, tokens.Length)) is int id
                && IsSplitOut(_vocabulary.AttributesOf(id), parseSpecialTokens && !Touches(content, from, tokens.Length)))
            {
                found.Add(new TextFragment(from, tokens.Length, id));
            }
        }

        found.Sort(static (x, y) => (x.TokenId, x.Start).CompareTo((y.TokenId, y.Start)));
        foreach (TextFragment match in found)
        {
            if (isTaken.Slice(match.Start, match.Length).Contains(true))
            {
                continue;
            }

            int start = match.Start;
            int end = match.Start + match.Length;
            TokenAttributes attributes = _vocabulary.AttributesOf(match.TokenId!.Value);
            if ((attributes & TokenAttributes.StripLeft) != 0)
            {
                while (start > 0 && !isTaken[start - 1] && IsWhiteSpace(text[start - 1]))
                {
                    start--;
                }
            }

            if ((attributes & TokenAttributes.StripRight) != 0)
            {
                while (end < text.Length && !isTaken[end] && IsWhiteSpace(text[end]))
                {
                    end++;
                }
            }

            isTaken[start..end].Fill(true);
            taken.Add(match with { Start = start, Length = end - start });
        }
    }

    // Whether a part of the text has a byte of any of the ranges, which are sorted.
    private static bool Touches(ReadOnlySpan<Range> ranges, int start, int length)
    {
        int first = 0;
        int end = ranges.Length;
        while (first < end)
        {
            int middle = (first + end) / 2;
            if (ranges[middle].End.Value <= start)
            {
                first = middle + 1;
            }
            else
            {
                end = middle;
            }
        }

        return first < ranges.Length && ranges[first].Start.Value < start + length;
    }

    private static List<TextFragment> WithTextBetween(ReadOnlySpan<byte> text, List<TextFragment> taken)
    {
        List<TextFragment> fragments = new(2 * taken.Count + 1);
        int end = 0;
        foreach (TextFragment token in taken)
        {
            AddText(end, token.Start);
            fragments.Add(token);
            end = token.Start + token.Length;
        }

        AddText(end, text.Length);
        return fragments;

        void AddText(int start, int stop)
        {
            if (stop > start)
            {
                fragments.Add(new TextFragment(start, stop - start, null));
            }
        }
    }

    // The C locale's isspace.
    private static bool IsWhiteSpace(byte character) => character is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');

    private LengthClass[] Classify(bool parseSpecialTokens)
    {
        List<LengthClass> classes = [];
        HashSet<byte> firstBytes = [];
        int length = 0;
        for (int index = 0; index < _vocabulary.Tables.SpecialCount; index++)
        {
            int id = _vocabulary.Tables.SpecialAt(index);
            ReadOnlySpan<byte> text = _vocabulary.TextOf(id);
            if (text.IsEmpty || !IsSplitOut(_vocabulary.AttributesOf(id), parseSpecialTokens))
            {
                continue;
            }

            if (text.Length != length)
            {
                Complete();
                length = text.Length;
            }

            firstBytes.Add(text[0]);
        }

        Complete();
        return [.. classes];

        void Complete()
        {
            if (firstBytes.Count > 0)
            {
                classes.Add(new LengthClass(length, SearchValues.Create([.. firstBytes])));
                firstBytes.Clear();
            }
        }
    }

    /// <summary>The special tokens of one length in bytes, and the bytes that they start with.</summary>
    private sealed record LengthClass(int Length, SearchValues<byte> FirstBytes);
}
