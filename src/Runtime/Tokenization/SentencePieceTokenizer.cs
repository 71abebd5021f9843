using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Text;
using ModelGen.Packing;

namespace ModelGen.Tokenization;

/// <summary>
/// SentencePiece BPE (tokenizer.ggml.model "llama"; Kudo and Richardson 2018, "SentencePiece: A simple and language independent subword
/// tokenizer"), with the ids that llama.cpp gives. Spaces are written U+2581; text is split at special tokens, and each part is merged
/// from its characters by score (<see cref="SentencePieceMerger"/>).
/// </summary>
internal sealed class SentencePieceTokenizer(VocabularyReader vocabulary) : Tokenizer
{
    private readonly SpecialTokenSplitter _splitter = new(vocabulary);

    // U+2581 (lower one eighth block), which SentencePiece writes for a space.
    private static ReadOnlySpan<byte> SpaceMark => "▁"u8;

    public override int VocabularySize => vocabulary.Count;

    public override int? BeginningOfSequenceId => vocabulary.BeginningOfSequenceId;

    public override int? EndOfSequenceId => vocabulary.EndOfSequenceId;

    public override int? EndOfTurnId => vocabulary.EndOfTurnId;

    public override int? UnknownId => vocabulary.UnknownId;

    public override int? PaddingId => vocabulary.PaddingId;

    internal override bool AddsSpacePrefix => vocabulary.AddsSpacePrefix;

    public override bool IsEndOfGeneration(int id)
    {
        using VocabularyReader.Lease lease = vocabulary.Open();
        return (vocabulary.AttributesOf(id) & TokenAttributes.EndOfGeneration) != 0;
    }

    internal override bool IsSpecial(int id)
    {
        using VocabularyReader.Lease lease = vocabulary.Open();
        return TokenAttributeRules.IsSpecial(vocabulary.AttributesOf(id));
    }

    internal override void Encode(ReadOnlySpan<char> text, TextEncoding encoding, List<int> ids)
    {
        using VocabularyReader.Lease lease = vocabulary.Open();
        if (encoding.HasFlag(TextEncoding.AddBeginningOfSequence) && vocabulary.AddsBeginningOfSequence)
        {
            ids.Add(vocabulary.BeginningOfSequenceId!.Value);
        }

        // A UTF-16 unit is at most three bytes of UTF-8.
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(ByteCount(3L * text.Length));
        try
        {
            // Encoding.UTF8 writes U+FFFD for a surrogate without its pair.
            ReadOnlySpan<byte> bytes = utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8));
            bool startsText = encoding.HasFlag(TextEncoding.StartsText);
            foreach (TextFragment fragment in _splitter.Split(bytes, encoding.HasFlag(TextEncoding.ParseSpecialTokens)))
            {
                if (fragment.TokenId is int id)
                {
                    ids.Add(id);
                    startsText = true;
                }
                else
                {
                    EncodeFragment(bytes.Slice(fragment.Start, fragment.Length), startsText && vocabulary.AddsSpacePrefix, ids);
                    startsText = false;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }

        if (encoding.HasFlag(TextEncoding.AddEndOfSequence) && vocabulary.AddsEndOfSequence)
        {
            ids.Add(vocabulary.EndOfSequenceId!.Value);
        }
    }

    internal override void WriteBytes(int id, bool includeSpecialTokens, IBufferWriter<byte> output)
    {
        using VocabularyReader.Lease lease = vocabulary.Open();
        TokenAttributes attributes = vocabulary.AttributesOf(id);
        ReadOnlySpan<byte> text = vocabulary.TextOf(id);
        if ((attributes & (TokenAttributes.Control | TokenAttributes.Unknown)) != 0)
        {
            if (includeSpecialTokens)
            {
                output.Write(text);
            }
        }
        else if ((attributes & TokenAttributes.UserDefined) != 0)
        {
            output.Write(text);
        }
        else if ((attributes & TokenAttributes.Normal) != 0)
        {
            WriteWithSpaces(text, output);
        }
        else if ((attributes & TokenAttributes.Byte) != 0)
        {
            output.Write([ByteOf(id, text)]);
        }
    }

    private void EncodeFragment(ReadOnlySpan<byte> text, bool spaceInFront, List<int> ids)
    {
        byte[] marked = ArrayPool<byte>.Shared.Rent(
            ByteCount(text.Length + (SpaceMark.Length - 1L) * text.Count((byte)' ') + SpaceMark.Length));
        try
        {
            int length = 0;
            if (spaceInFront)
            {
                SpaceMark.CopyTo(marked);
                length = SpaceMark.Length;
            }

            while (!text.IsEmpty)
            {
                int space = text.IndexOf((byte)' ');
                ReadOnlySpan<byte> part = space < 0 ? text : text[..space];
                part.CopyTo(marked.AsSpan(length));
                length += part.Length;
                text = text[part.Length..];
                if (space >= 0)
                {
                    SpaceMark.CopyTo(marked.AsSpan(length));
                    length += SpaceMark.Length;
                    text = text[1..];
                }
            }

            SentencePieceMerger.Merge(vocabulary, marked.AsSpan(0, length), ids);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(marked);
        }
    }

    private static int ByteCount(long count) => count <= Array.MaxLength
        ? (int)count
        : throw new ArgumentException("The text is longer than can be encoded at once; encode it in parts.", "text");

    private static void WriteWithSpaces(ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        while (!text.IsEmpty)
        {
            int mark = text.IndexOf(SpaceMark);
            if (mark < 0)
            {
                output.Write(text);
                return;
            }

            output.Write(text[..mark]);
            output.Write(" "u8);
            text = text[(mark + SpaceMark.Length)..];
        }
    }

    // A byte token's text is <0xXX>.
    private static byte ByteOf(int id, ReadOnlySpan<byte> text) =>
        text.Length == 6 && Utf8Parser.TryParse(text.Slice(3, 2), out byte value, out int consumed, 'X') && consumed == 2
            ? value
            : throw VocabularyReader.Damaged($"byte token {id} is '{Encoding.UTF8.GetString(text)}'");
}
