using System;
using System.Buffers;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization;

/// <summary>
/// SentencePiece BPE (tokenizer.ggml.model "llama"; Kudo and Richardson 2018, "SentencePiece: A simple and language independent subword
/// tokenizer"), with the ids that llama.cpp gives. Spaces are written U+2581; text is split at special tokens, and each part is merged
/// from its characters by score.
/// </summary>
/// <remarks>
/// Where no token has a space behind something else, no merge crosses the start of a word (<see cref="WordRules"/>): words are then merged
/// one by one, which gives the same ids.
/// </remarks>
internal sealed class SentencePieceTokenizer(VocabularyReader vocabulary) : VocabularyTokenizer(vocabulary)
{
    private readonly WordEncoder _words = new(vocabulary.Tables);

    protected override void EncodeFragment(ReadOnlySpan<byte> text, bool startsText, IdSink ids)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(SpaceMarks.MaxLength(text));
        PairMerger merger = _words.Rent();
        try
        {
            ReadOnlySpan<byte> marked = rented.AsSpan(0, SpaceMarks.Write(text, startsText && AddsSpacePrefix, rented));
            while (!marked.IsEmpty)
            {
                int length = Tables.Has(VocabularyFlags.SpacesStartWords) ? WordLength(marked) : marked.Length;
                _words.Encode(marked[..length], merger, ids);
                marked = marked[length..];
            }
        }
        finally
        {
            _words.Return(merger);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // Spaces, then everything up to the next space.
    private static int WordLength(ReadOnlySpan<byte> text)
    {
        int start = 0;
        while (text[start..].StartsWith(SpaceMarks.Mark))
        {
            start += SpaceMarks.Mark.Length;
        }

        int end = text[start..].IndexOf(SpaceMarks.Mark);
        return end < 0 ? text.Length : start + end;
    }
}
