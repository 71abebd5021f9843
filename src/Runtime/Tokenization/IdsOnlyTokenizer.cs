using System;
using System.Buffers;

namespace ModelGen.Tokenization;

/// <summary>
/// Stands for a tokenizer that ModelGen does not have: ids and what is known of them are there, text is refused. The build has warned of it
/// (MGEN014, MGEN016).
/// </summary>
internal sealed class IdsOnlyTokenizer(VocabularyReader vocabulary) : Tokenizer
{
    public override int VocabularySize => vocabulary.Tables.TokenCount;

    public override int? BeginningOfSequenceId => vocabulary.Tables.BeginningOfSequenceId;

    public override int? EndOfSequenceId => vocabulary.Tables.EndOfSequenceId;

    public override int? EndOfTurnId => vocabulary.Tables.EndOfTurnId;

    public override int? UnknownId => vocabulary.Tables.UnknownId;

    public override int? PaddingId => vocabulary.Tables.PaddingId;

    public override int? SeparatorId => vocabulary.Tables.SeparatorId;

    internal override bool AddsSpacePrefix => false;

    public override bool IsEndOfGeneration(int id)
    {
        Check(id);
        return id == EndOfSequenceId || id == EndOfTurnId;
    }

    internal override void Encode(ReadOnlySpan<char> text, ReadOnlySpan<Range> content, TextEncoding encoding, IdSink ids) => throw NoText();

    internal override int EncodePair(ReadOnlySpan<char> first, ReadOnlySpan<char> second, IdSink ids) => throw NoText();

    internal override void WriteBytes(int id, bool includeSpecialTokens, IBufferWriter<byte> output) => throw NoText();

    internal override bool IsSpecial(int id)
    {
        Check(id);
        return false;
    }

    private void Check(int id)
    {
        if (id < 0 || id >= VocabularySize)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"Ids of the vocabulary are 0 to {VocabularySize - 1}.");
        }
    }

    private ModelGenException NoText() => new(
        (vocabulary.Tables.TokenizerName is { Length: > 0 } name
            ? $"The model's tokenizer is '{name}', which ModelGen does not have"
            : "The model's file names no tokenizer, or has no vocabulary")
        + ", so text cannot be turned into ids or back; encode text with a tokenizer of your own, pass its ids to Session.Evaluate and read the logits.");
}
