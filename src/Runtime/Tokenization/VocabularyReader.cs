using System;
using System.Runtime.InteropServices;
using System.Text;
using ModelGen.Packing;

namespace ModelGen.Tokenization;

/// <summary>
/// Reads a <see cref="VocabularySection"/> in place. The header is checked once; what the tables hold is checked on access, so that
/// opening costs the same for any size and a damaged section is an error, never a read outside of it.
/// </summary>
internal sealed unsafe class VocabularyReader
{
    private readonly byte* _section;
    private readonly object? _owner;
    private readonly int* _starts;
    private readonly float* _scores;
    private readonly TokenAttributes* _attributes;
    private readonly int* _special;
    private readonly int* _byteTokens;
    private readonly int* _table;
    private readonly int _tableMask;
    private readonly byte* _text;
    private readonly long _textLength;

    /// <param name="section">The section's first byte.</param>
    /// <param name="length">Bytes that may be read from there.</param>
    /// <param name="owner">What keeps the memory: a SafeHandle is held open during every use (see <see cref="Lease"/>), any other object
    /// is kept from collection.</param>
    /// <exception cref="ModelGenException">The section is damaged or of another version.</exception>
    public VocabularyReader(byte* section, long length, object? owner)
    {
        _owner = owner;
        _section = section;
        if (length < VocabularySection.HeaderLength || Read<uint>(0) != VocabularySection.Magic)
        {
            throw Damaged("it does not start with the vocabulary's header");
        }

        if (Read<int>(4) != VocabularySection.Version)
        {
            throw new ModelGenException(
                $"The packed vocabulary has version {Read<int>(4)}, this runtime reads version {VocabularySection.Version}; "
                + "build the model with the ModelGen package of the runtime's version.");
        }

        long ownLength = Read<long>(8);
        if (ownLength < VocabularySection.HeaderLength || ownLength > length)
        {
            throw Damaged($"it says it is {ownLength} bytes long, but {length} are there");
        }

        Kind = Read<int>(16);
        int flags = Read<int>(20);
        AddsBeginningOfSequence = (flags & VocabularySection.AddBeginningOfSequenceFlag) != 0;
        AddsEndOfSequence = (flags & VocabularySection.AddEndOfSequenceFlag) != 0;
        AddsSpacePrefix = (flags & VocabularySection.AddSpacePrefixFlag) != 0;
        Count = Read<int>(24);
        if (Count is < 1 or > VocabularySection.MaxTokens)
        {
            throw Damaged($"it says it has {Count} tokens");
        }

        LongestToken = Read<int>(28);
        BeginningOfSequenceId = ReadId(32);
        EndOfSequenceId = ReadId(36);
        EndOfTurnId = ReadId(40);
        UnknownId = ReadId(44);
        PaddingId = ReadId(48);
        if ((AddsBeginningOfSequence && BeginningOfSequenceId is null) || (AddsEndOfSequence && EndOfSequenceId is null))
        {
            throw Damaged("it adds a token that it does not have");
        }

        SpecialCount = Read<int>(52);
        int capacity = Read<int>(56);
        if (SpecialCount < 0 || SpecialCount > Count || capacity < 1 || (capacity & (capacity - 1)) != 0)
        {
            throw Damaged($"it says it has {SpecialCount} special tokens and {capacity} slots");
        }

        _tableMask = capacity - 1;
        _starts = (int*)Table(64, Count + 1L, sizeof(int));
        _scores = (float*)Table(72, Count, sizeof(float));
        _attributes = (TokenAttributes*)Table(80, Count, sizeof(TokenAttributes));
        _special = (int*)Table(88, SpecialCount, sizeof(int));
        _byteTokens = (int*)Table(96, 256, sizeof(int));
        _table = (int*)Table(104, capacity, sizeof(int));
        _textLength = Read<long>(120);
        _text = Table(112, _textLength, 1);
        int nameLength = Read<int>(60);
        if (nameLength is < 0 or > VocabularySection.MaxNameLength || nameLength > ownLength - (_text - section) - _textLength)
        {
            throw Damaged($"it says the tokenizer's name has {nameLength} bytes");
        }

        TokenizerName = Encoding.UTF8.GetString(_text + _textLength, nameLength);

        byte* Table(int headerOffset, long count, int size)
        {
            long offset = Read<long>(headerOffset);
            // Divided, not multiplied: the text's length comes from the file and could overflow.
            if (offset < VocabularySection.HeaderLength || offset % 8 != 0 || offset > ownLength
                || count < 0 || count > (ownLength - offset) / size)
            {
                throw Damaged($"the table named at byte {headerOffset} does not lie in it");
            }

            return section + offset;
        }
    }

    public int Kind { get; }

    /// <summary>tokenizer.ggml.model where the kind does not say it, else empty.</summary>
    public string TokenizerName { get; }

    public int Count { get; }

    public int LongestToken { get; }

    public int SpecialCount { get; }

    public bool AddsBeginningOfSequence { get; }

    public bool AddsEndOfSequence { get; }

    public bool AddsSpacePrefix { get; }

    public int? BeginningOfSequenceId { get; }

    public int? EndOfSequenceId { get; }

    public int? EndOfTurnId { get; }

    public int? UnknownId { get; }

    public int? PaddingId { get; }

    /// <summary>
    /// Holds the memory open until the lease is disposed, so that a model closed by another thread is an ObjectDisposedException here
    /// and not a read of unmapped memory.
    /// </summary>
    public Lease Open() => new(_owner as SafeHandle);

    /// <summary>UTF-8 text of a token.</summary>
    public ReadOnlySpan<byte> TextOf(int id)
    {
        CheckId(id);
        int start = _starts[id];
        int end = _starts[id + 1];
        if (start < 0 || end < start || end > _textLength)
        {
            throw Damaged($"the text of token {id} does not lie in it");
        }

        return new(_text + start, end - start);
    }

    public float ScoreOf(int id)
    {
        CheckId(id);
        return _scores[id];
    }

    public TokenAttributes AttributesOf(int id)
    {
        CheckId(id);
        return _attributes[id];
    }

    /// <summary>The id at <paramref name="index"/> of the special tokens, which lie longest text first, then by id.</summary>
    public int SpecialAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)SpecialCount, nameof(index));
        return Stored(_special[index]);
    }

    /// <summary>The token that stands for a byte, or null.</summary>
    public int? ByteToken(byte value) => _byteTokens[value] == VocabularySection.None ? null : Stored(_byteTokens[value]);

    /// <summary>The token with exactly this text, or null.</summary>
    public int? Find(ReadOnlySpan<byte> text)
    {
        uint hash;
        fixed (byte* start = text)
        {
            hash = VocabularySection.Hash(start, text.Length);
        }

        // A sound table has an empty slot; the count ends the search in a damaged one.
        for (int probe = 0; probe <= _tableMask; probe++)
        {
            int id = _table[(hash + (uint)probe) & (uint)_tableMask];
            if (id == VocabularySection.None)
            {
                return null;
            }

            if (TextOf(Stored(id)).SequenceEqual(text))
            {
                return id;
            }
        }

        throw Damaged("its hash table has no empty slot");
    }

    /// <summary>The error for a section that is not what the packer wrote.</summary>
    public static ModelGenException Damaged(string what) =>
        new($"The packed vocabulary is damaged: {what}. Build the model again, or copy its .weights file again.");

    private int Stored(int id) => (uint)id < (uint)Count ? id : throw Damaged($"a table names token {id} of {Count}");

    private void CheckId(int id)
    {
        if ((uint)id >= (uint)Count)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary's ids are 0 to {Count - 1}.");
        }
    }

    private T Read<T>(int offset)
        where T : unmanaged => *(T*)(_section + offset);

    private int? ReadId(int offset)
    {
        int id = Read<int>(offset);
        return id == VocabularySection.None ? null : Stored(id);
    }

    /// <summary>See <see cref="Open"/>.</summary>
    public readonly struct Lease : IDisposable
    {
        private readonly SafeHandle? _handle;

        public Lease(SafeHandle? handle)
        {
            bool added = false;
            handle?.DangerousAddRef(ref added);
            _handle = handle;
        }

        public void Dispose() => _handle?.DangerousRelease();
    }
}
