using System;
using System.Buffers;
using System.Threading;
using ModelGen.Tokenization.PreTokenization;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization;

/// <summary>
/// Byte-level BPE (tokenizer.ggml.model "gpt2"; Sennrich et al. 2016, Radford et al. 2019), with the ids that llama.cpp gives: the
/// pre-tokenizer cuts text into words, and each word is merged from its bytes by the rank of the pair.
/// </summary>
internal sealed class BytePairTokenizer(VocabularyReader vocabulary, PassPreTokenizer preTokenizer) : VocabularyTokenizer(vocabulary)
{
    private readonly WordEncoder _words = new(vocabulary.Tables);
    private TextPieces? _keptPieces;

    protected override void EncodeFragment(ReadOnlySpan<byte> text, bool startsText, IdSink ids)
    {
        if (!Tables.Has(VocabularyFlags.MarksSpaces))
        {
            EncodeWords(text, ids);
            return;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(SpaceMarks.MaxLength(text));
        try
        {
            EncodeWords(rented.AsSpan(0, SpaceMarks.Write(text, spaceInFront: false, rented)), ids);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void EncodeWords(ReadOnlySpan<byte> text, IdSink ids)
    {
        TextPieces pieces = Interlocked.Exchange(ref _keptPieces, null) ?? new TextPieces();
        PairMerger merger = _words.Rent();
        pieces.Load(text);
        preTokenizer.Split(pieces);
        int start = 0;
        for (int piece = 0; piece < pieces.PieceCount; piece++)
        {
            int end = pieces.EndOf(piece);
            _words.Encode(text[start..end], merger, ids);
            start = end;
        }

        _words.Return(merger);
        if (pieces.IsWorthKeeping)
        {
            Volatile.Write(ref _keptPieces, pieces);
        }
    }
}
