using System;
using System.Buffers;
using System.Buffers.Text;
using System.Text;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization;

/// <summary>
/// What tokenizers share: special tokens are split out of the text, each part between them is encoded by itself, and BOS, EOS and
/// separator are added as the vocabulary says.
/// </summary>
internal abstract class VocabularyTokenizer : Tokenizer
{
    private readonly SpecialTokenSplitter _splitter;

    protected VocabularyTokenizer(VocabularyReader vocabulary)
    {
        Vocabulary = vocabulary;
        _splitter = new SpecialTokenSplitter(vocabulary);
    }

    public override int VocabularySize => Tables.TokenCount;

    public override int? BeginningOfSequenceId => Tables.BeginningOfSequenceId;

    public override int? EndOfSequenceId => Tables.EndOfSequenceId;

    public override int? EndOfTurnId => Tables.EndOfTurnId;

    public override int? UnknownId => Tables.UnknownId;

    public override int? PaddingId => Tables.PaddingId;

    public override int? SeparatorId => Tables.SeparatorId;

    internal override bool AddsSpacePrefix => Tables.Has(VocabularyFlags.AddSpacePrefix);

    protected VocabularyReader Vocabulary { get; }

    protected VocabularyTables Tables => Vocabulary.Tables;

    /// <summary>Whether a text starts with BOS where special tokens are added.</summary>
    protected virtual bool StartsWithBeginningOfSequence => Tables.Has(VocabularyFlags.AddBeginningOfSequence);

    /// <summary>The token behind a text where special tokens are added, or null.</summary>
    protected virtual int? LastId => Tables.Has(VocabularyFlags.AddEndOfSequence) ? EndOfSequenceId : null;

    /// <summary>The token between two texts, behind the last one of the first, or null.</summary>
    protected virtual int? BetweenId => Tables.Has(VocabularyFlags.AddSeparator) ? SeparatorId : null;

    public override bool IsEndOfGeneration(int id)
    {
        using VocabularyReader.Lease lease = Vocabulary.Open();
        return (Vocabulary.AttributesOf(id) & TokenAttributes.EndOfGeneration) != 0;
    }

    internal override bool IsSpecial(int id)
    {
        using VocabularyReader.Lease lease = Vocabulary.Open();
        return TokenAttributeRules.IsSpecial(Vocabulary.AttributesOf(id));
    }

    internal override void Encode(ReadOnlySpan<char> text, ReadOnlySpan<Range> content, TextEncoding encoding, IdSink ids)
    {
        using VocabularyReader.Lease lease = Vocabulary.Open();
        if (encoding.HasFlag(TextEncoding.AddBeginningOfSequence) && StartsWithBeginningOfSequence && BeginningOfSequenceId is int first)
        {
            ids.Add(first);
        }

        EncodeText(text, content, encoding, ids);
        if (encoding.HasFlag(TextEncoding.AddEndOfSequence) && LastId is int last)
        {
            ids.Add(last);
        }
    }

    internal override int EncodePair(ReadOnlySpan<char> first, ReadOnlySpan<char> second, IdSink ids)
    {
        using VocabularyReader.Lease lease = Vocabulary.Open();
        Encode(first, content: [], TextEncoding.StartsText | TextEncoding.AddBeginningOfSequence | TextEncoding.AddEndOfSequence, ids);
        if (BetweenId is int between)
        {
            ids.Add(between);
        }

        int start = ids.Count;
        Encode(second, content: [], TextEncoding.StartsText | TextEncoding.AddEndOfSequence, ids);
        return start;
    }

    internal override void WriteBytes(int id, bool includeSpecialTokens, IBufferWriter<byte> output)
    {
        using VocabularyReader.Lease lease = Vocabulary.Open();
        TokenAttributes attributes = Vocabulary.AttributesOf(id);
        ReadOnlySpan<byte> text = Vocabulary.TextOf(id);
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
            if (Tables.Has(VocabularyFlags.MarksSpaces))
            {
                SpaceMarks.WriteSpaces(text, output);
            }
            else
            {
                output.Write(text);
            }
        }
        else if ((attributes & TokenAttributes.Byte) != 0)
        {
            output.Write([ByteOf(id, text)]);
        }
    }

    /// <summary>Appends the ids of text without special tokens.</summary>
    /// <param name="text">UTF-8, at least one byte.</param>
    /// <param name="startsText">Whether the text starts anew, behind a special token or nothing.</param>
    /// <param name="ids">Takes the ids.</param>
    protected abstract void EncodeFragment(ReadOnlySpan<byte> text, bool startsText, IdSink ids);

    // A text without what goes in front of it and behind.
    private void EncodeText(ReadOnlySpan<char> text, ReadOnlySpan<Range> content, TextEncoding encoding, IdSink ids)
    {
        // A UTF-16 unit is at most three bytes of UTF-8.
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(TextLength.Checked(3L * text.Length));
        try
        {
            // Encoding.UTF8 writes U+FFFD for a surrogate without its pair.
            ReadOnlySpan<byte> bytes = utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8));
            bool startsText = encoding.HasFlag(TextEncoding.StartsText);
            foreach (TextFragment fragment in _splitter.Split(
                bytes, encoding.HasFlag(TextEncoding.ParseSpecialTokens), ContentBytes(text, content)))
            {
                if (fragment.TokenId is int id)
                {
                    ids.Add(id);
                    startsText = true;
                }
                else
                {
                    EncodeFragment(bytes.Slice(fragment.Start, fragment.Length), startsText, ids);
                    startsText = false;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    // The bytes of the parts of a text in which control tokens are plain text; half a surrogate pair at their ends counts as U+FFFD does.
    private static Range[] ContentBytes(ReadOnlySpan<char> text, ReadOnlySpan<Range> content)
    {
        Range[] bytes = new Range[content.Length];
        int characters = 0;
        int position = 0;
        for (int index = 0; index < bytes.Length; index++)
        {
            (int start, int length) = content[index].GetOffsetAndLength(text.Length);
            position += Encoding.UTF8.GetByteCount(text[characters..start]);
            int end = position + Encoding.UTF8.GetByteCount(text.Slice(start, length));
            bytes[index] = position..end;
            position = end;
            characters = start + length;
        }

        return bytes;
    }

    // A byte token's text is <0xXX>.
    private static byte ByteOf(int id, ReadOnlySpan<byte> text) =>
        text.Length == 6 && Utf8Parser.TryParse(text.Slice(3, 2), out byte value, out int consumed, 'X') && consumed == 2
            ? value
            : throw VocabularyTables.Damaged($"byte token {id} is '{Encoding.UTF8.GetString(text)}'");
}
