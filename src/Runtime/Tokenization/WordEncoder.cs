using System;
using System.Text;
using System.Threading;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization;

/// <summary>
/// Encodes words by merging. Most words of a text are tokens whose merges are known to end there: these are looked up, which gives the same
/// ids.
/// </summary>
internal sealed unsafe class WordEncoder(VocabularyTables tables)
{
    // What a merger for a few thousand words needs; a larger one, that a text of one word has made, is given back.
    private const long MaxKeptBytes = 1 << 20;

    // One is kept for the next text; several threads that encode at once make their own.
    private PairMerger? _kept;

    /// <summary>Takes a merger for a text.</summary>
    public PairMerger Rent() => Interlocked.Exchange(ref _kept, null) ?? PairMerger.Of(tables)!;

    /// <summary>Gives it back.</summary>
    public void Return(PairMerger merger)
    {
        if (merger.BufferBytes <= MaxKeptBytes)
        {
            Volatile.Write(ref _kept, merger);
        }
    }

    /// <summary>Appends the ids of a word.</summary>
    /// <exception cref="ModelGenException">A character is no token, its bytes are not either, and there is no unknown token.</exception>
    public void Encode(ReadOnlySpan<byte> word, PairMerger merger, IdSink ids)
    {
        fixed (byte* text = word)
        {
            if (word.Length <= tables.LongestSymbol)
            {
                int known = tables.Find(text, word.Length);
                if (known != VocabularySection.None && (tables.AttributesOf(known) & TokenAttributes.Whole) != 0)
                {
                    Add(known, word, ids);
                    return;
                }
            }

            merger.Merge(text, word.Length);
            for (int position = 0; position != PairMerger.End;)
            {
                position = merger.Next(position, out int symbol, out int start, out int length);
                Add(symbol, word.Slice(start, length), ids);
            }
        }
    }

    private void Add(int symbol, ReadOnlySpan<byte> text, IdSink ids)
    {
        if (symbol == VocabularySection.None)
        {
            AddBytes(text, ids);
        }
        else if (symbol < tables.TokenCount)
        {
            ids.Add(symbol);
        }
        else
        {
            int* fallbacks = tables.FallbacksOf(symbol, out int count);
            for (int index = 0; index < count; index++)
            {
                ids.Add(tables.Token(fallbacks[index]));
            }
        }
    }

    private void AddBytes(ReadOnlySpan<byte> text, IdSink ids)
    {
        int before = ids.Count;
        foreach (byte value in text)
        {
            int id = tables.SymbolOf(value);
            if (id != VocabularySection.None)
            {
                ids.Add(tables.Token(id));
            }
            else if (tables.Kind == TokenizerKind.SentencePiece)
            {
                // Without byte tokens SentencePiece writes one unknown token for the whole character.
                ids.Truncate(before);
                ids.Add(tables.UnknownId ?? throw new ModelGenException(
                    $"The vocabulary has no token for '{Encoding.UTF8.GetString(text)}', none for its bytes and no unknown "
                    + "token; take the character out of the text."));
                return;
            }
        }
    }
}
