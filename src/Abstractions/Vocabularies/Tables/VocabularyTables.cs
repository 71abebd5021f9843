using System;
using System.Globalization;

namespace ModelGen.Vocabularies;

/// <summary>
/// Reads a <see cref="VocabularySection"/> in place. The header is checked once; what the tables hold is checked on access, so that
/// opening costs the same for any size and a damaged section is an error, never a read outside of it.
/// </summary>
internal sealed unsafe class VocabularyTables
{
    private readonly byte* _section;
    private readonly int* _starts;
    private readonly byte* _texts;
    private readonly long _textLength;
    private readonly float* _scores;
    private readonly TokenAttributes* _attributes;
    private readonly int* _specials;
    private readonly int* _bytes;
    private readonly int* _fallbackStarts;
    private readonly int* _fallbacks;
    private readonly long _fallbackCount;
    private readonly PairSlot* _pairs;
    private readonly uint _pairMask;
    private readonly TextSlots _textSlots;
    private readonly TextSlots _specialSlots;

    /// <param name="section">The section's first byte.</param>
    /// <param name="length">Bytes that may be read from there.</param>
    /// <exception cref="ModelGenException">The section is damaged or of another version.</exception>
    public VocabularyTables(byte* section, long length)
    {
        _section = section;
        if (length < VocabularySection.HeaderLength || *(uint*)section != VocabularySection.Magic)
        {
            throw Damaged("it does not start with the vocabulary's header");
        }

        int version = Integer(sizeof(uint));
        if (version != VocabularySection.Version)
        {
            throw new ModelGenException(FormattableString.Invariant(
                $"The packed vocabulary has version {version}, this runtime reads version {VocabularySection.Version}; ")
                + "build the model with the ModelGen package of the runtime's version.");
        }

        long ownLength = *(long*)(section + 8);
        if (ownLength < VocabularySection.HeaderLength || ownLength > length)
        {
            throw Damaged($"it says it is {ownLength} bytes long, but {length} are there");
        }

        Kind = (TokenizerKind)Integer(VocabularySection.KindOffset);
        Flags = (VocabularyFlags)Integer(VocabularySection.FlagsOffset);
        PreTokenizer = (PreTokenizerKind)Integer(VocabularySection.PreTokenizerOffset);
        TokenCount = Integer(VocabularySection.TokenCountOffset);
        SymbolCount = Integer(VocabularySection.SymbolCountOffset);
        if (TokenCount is < 1 or > VocabularySection.MaxTokens || SymbolCount < TokenCount || SymbolCount == int.MaxValue)
        {
            throw Damaged($"it says it has {TokenCount} tokens and {SymbolCount} symbols");
        }

        UnknownScore = *(float*)(section + VocabularySection.UnknownScoreOffset);
        LongestSymbol = Integer(VocabularySection.LongestSymbolOffset);
        BeginningOfSequenceId = Id(0);
        EndOfSequenceId = Id(1);
        EndOfTurnId = Id(2);
        UnknownId = Id(3);
        PaddingId = Id(4);
        SeparatorId = Id(5);
        if ((Has(VocabularyFlags.AddBeginningOfSequence) && BeginningOfSequenceId is null)
            || (Has(VocabularyFlags.AddEndOfSequence) && EndOfSequenceId is null)
            || (Has(VocabularyFlags.AddSeparator) && SeparatorId is null))
        {
            throw Damaged("it adds a token that it does not have");
        }

        _starts = (int*)Table(VocabularyTable.Starts, SymbolCount + 1L);
        _texts = Table(VocabularyTable.Texts, out _textLength);
        _attributes = (TokenAttributes*)Table(VocabularyTable.Attributes, SymbolCount);
        _bytes = (int*)Table(VocabularyTable.Bytes, 256);
        _scores = (float*)Table(VocabularyTable.Scores, out long scores);
        _specials = (int*)Table(VocabularyTable.Specials, out long specials);
        _fallbackStarts = (int*)Table(VocabularyTable.FallbackStarts, SymbolCount - TokenCount + 1L);
        _fallbacks = (int*)Table(VocabularyTable.Fallbacks, out _fallbackCount);
        _pairs = (PairSlot*)Table(VocabularyTable.Pairs, out long pairs);
        _textSlots = Slots(VocabularyTable.TextSlots);
        _specialSlots = Slots(VocabularyTable.SpecialSlots);
        Trie = new ByteTrie(this, VocabularyTable.TrieLabels, VocabularyTable.TrieFirstChildren, VocabularyTable.TrieValues);
        UserTrie = new ByteTrie(this, VocabularyTable.UserTrieLabels, VocabularyTable.UserTrieFirstChildren, null);
        if ((scores != 0 && scores != TokenCount) || specials > TokenCount || (pairs & (pairs - 1)) != 0)
        {
            throw Damaged("a table has not the length that the tokens ask for");
        }

        SpecialCount = (int)specials;
        HasScores = scores != 0;
        _pairMask = (uint)(pairs - 1);
        int nameLength = Integer(VocabularySection.NameLengthOffset);
        if (nameLength is < 0 or > VocabularySection.MaxNameLength || nameLength > ownLength - (_texts - section) - _textLength)
        {
            throw Damaged($"it says the tokenizer's name has {nameLength} bytes");
        }

        TokenizerName = System.Text.Encoding.UTF8.GetString(_texts + _textLength, nameLength);
        return;

        int? Id(int index)
        {
            int id = Integer(VocabularySection.IdsOffset + index * sizeof(int));
            return id == VocabularySection.None ? null : Token(id);
        }

        TextSlots Slots(VocabularyTable table)
        {
            TextSlot* slots = (TextSlot*)Table(table, out long count);
            return (count & (count - 1)) == 0 && count <= int.MaxValue
                ? new TextSlots(slots, (int)count)
                : throw Damaged($"a hash table has {count} slots");
        }
    }

    public TokenizerKind Kind { get; }

    public VocabularyFlags Flags { get; }

    public PreTokenizerKind PreTokenizer { get; }

    /// <summary>tokenizer.ggml.model, or tokenizer.ggml.pre where that is what ModelGen does not have; empty where the kind says all.</summary>
    public string TokenizerName { get; }

    public int TokenCount { get; }

    public int SymbolCount { get; }

    public int SpecialCount { get; }

    public int LongestSymbol { get; }

    public float UnknownScore { get; }

    public int? BeginningOfSequenceId { get; }

    public int? EndOfSequenceId { get; }

    public int? EndOfTurnId { get; }

    public int? UnknownId { get; }

    public int? PaddingId { get; }

    public int? SeparatorId { get; }

    /// <summary>The trie of tokens, where the kind has one.</summary>
    public ByteTrie Trie { get; }

    /// <summary>The trie of a Unigram vocabulary's user-defined tokens.</summary>
    public ByteTrie UserTrie { get; }

    private bool HasScores { get; }

    public bool Has(VocabularyFlags flag) => (Flags & flag) != 0;

    /// <summary>The text of a symbol, UTF-8 or any bytes.</summary>
    public byte* TextOf(int symbol, out int length)
    {
        CheckSymbol(symbol);
        int start = _starts[symbol];
        int end = _starts[symbol + 1];
        if (start < 0 || end < start || end > _textLength)
        {
            throw Damaged($"the text of symbol {symbol} does not lie in it");
        }

        length = end - start;
        return _texts + start;
    }

    public float ScoreOf(int id)
    {
        CheckToken(id);
        return HasScores ? _scores[id] : 0;
    }

    public TokenAttributes AttributesOf(int symbol)
    {
        CheckSymbol(symbol);
        return _attributes[symbol];
    }

    /// <summary>The id at <paramref name="index"/> of the special tokens, which lie longest text first, then by id.</summary>
    public int SpecialAt(int index) => (uint)index < (uint)SpecialCount
        ? Token(_specials[index])
        : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>The symbol that stands for a byte, or −1.</summary>
    public int SymbolOf(byte value) => _bytes[value] == VocabularySection.None ? VocabularySection.None : Symbol(_bytes[value]);

    /// <summary>The symbol with exactly this text, or −1.</summary>
    public int Find(byte* text, int length) => Find(_textSlots, text, length);

    /// <summary>The special token with exactly this text, or −1.</summary>
    public int FindSpecial(byte* text, int length) => Find(_specialSlots, text, length);

    /// <summary>Looks a merge up.</summary>
    public bool TryFindPair(int left, int right, out uint rank, out int merged)
    {
        if (_pairMask != uint.MaxValue)
        {
            uint slot = VocabularySection.Hash(left, right) & _pairMask;

            // A sound table has an empty slot; the count ends the search in a damaged one.
            for (uint probes = 0; probes <= _pairMask; probes++)
            {
                PairSlot* pair = _pairs + slot;
                if (pair->Left == left && pair->Right == right)
                {
                    rank = (uint)pair->Rank;
                    merged = Symbol(pair->Merged);
                    return true;
                }

                if (pair->Left == VocabularySection.None)
                {
                    break;
                }

                slot = (slot + 1) & _pairMask;
            }
        }

        rank = 0;
        merged = VocabularySection.None;
        return false;
    }

    /// <summary>The ids that are written for a symbol that is no token.</summary>
    public int* FallbacksOf(int symbol, out int count)
    {
        CheckSymbol(symbol);
        int start = _fallbackStarts[symbol - TokenCount];
        int end = _fallbackStarts[symbol - TokenCount + 1];
        if (start < 0 || end < start || end > _fallbackCount)
        {
            throw Damaged($"the ids of symbol {symbol} do not lie in it");
        }

        count = end - start;
        return _fallbacks + start;
    }

    /// <summary>A table and its number of elements; null for an empty one.</summary>
    public byte* Table(VocabularyTable table, out long count)
    {
        byte* place = _section + VocabularySection.TablesOffset + (int)table * VocabularySection.TableEntryBytes;
        long offset = *(long*)place;
        count = *(long*)(place + sizeof(long));
        long ownLength = *(long*)(_section + 8);

        // Divided, not multiplied: the count comes from the file and could overflow.
        if (offset < VocabularySection.HeaderLength || offset % 8 != 0 || offset > ownLength
            || count < 0 || count > (ownLength - offset) / VocabularySection.ElementBytes(table))
        {
            throw Damaged($"table {table} does not lie in it");
        }

        return _section + offset;
    }

    /// <summary>An id that a table holds.</summary>
    public int Token(int id) => (uint)id < (uint)TokenCount ? id : throw Damaged($"a table names token {id} of {TokenCount}");

    /// <summary>The error for a section that is not what the packer wrote.</summary>
    public static ModelGenException Damaged(FormattableString what) => Damaged(what.ToString(CultureInfo.InvariantCulture));

    /// <summary>The error for a section that is not what the packer wrote.</summary>
    public static ModelGenException Damaged(string what) =>
        new($"The packed vocabulary is damaged: {what}. Build the model again, or copy its .weights file again.");

    private int Find(TextSlots slots, byte* text, int length)
    {
        if (slots.Count == 0)
        {
            return VocabularySection.None;
        }

        uint hash = VocabularySection.Hash(text, length);
        uint mask = (uint)(slots.Count - 1);
        uint slot = hash & mask;
        for (int probes = 0; probes < slots.Count; probes++)
        {
            int symbol = slots.First[slot].Symbol;
            if (symbol == VocabularySection.None)
            {
                return VocabularySection.None;
            }

            if (slots.First[slot].Hash == hash && HasText(Symbol(symbol), text, length))
            {
                return symbol;
            }

            slot = (slot + 1) & mask;
        }

        throw Damaged("its hash table has no empty slot");
    }

    private bool HasText(int symbol, byte* text, int length)
    {
        byte* own = TextOf(symbol, out int ownLength);
        if (ownLength != length)
        {
            return false;
        }

        for (int i = 0; i < length; i++)
        {
            if (own[i] != text[i])
            {
                return false;
            }
        }

        return true;
    }

    private byte* Table(VocabularyTable table, long expectedCount)
    {
        byte* start = Table(table, out long count);
        return count == expectedCount ? start : throw Damaged($"table {table} has {count} elements");
    }

    private int Symbol(int symbol) =>
        (uint)symbol < (uint)SymbolCount ? symbol : throw Damaged($"a table names symbol {symbol} of {SymbolCount}");

    private void CheckToken(int id)
    {
        if ((uint)id >= (uint)TokenCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(id), id, FormattableString.Invariant($"The vocabulary's ids are 0 to {TokenCount - 1}."));
        }
    }

    private void CheckSymbol(int symbol)
    {
        if ((uint)symbol >= (uint)SymbolCount)
        {
            throw new ArgumentOutOfRangeException(
                "id", symbol, FormattableString.Invariant($"The vocabulary's ids are 0 to {TokenCount - 1}."));
        }
    }

    private int Integer(int offset) => *(int*)(_section + offset);

    private readonly struct TextSlots(TextSlot* first, int count)
    {
        public TextSlot* First { get; } = first;

        public int Count { get; } = count;
    }
}
