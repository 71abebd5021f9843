using System;

namespace ModelGen.Vocabularies;

/// <summary>
/// The vocabulary in a packed weights file: one position-independent block of bytes that the tokenizer reads in place. Everything that
/// a load would otherwise build (hash tables, merges, tries, the special tokens by length) lies in it ready to use. Written by
/// <see cref="VocabularyWriter"/>, read by <see cref="VocabularyTables"/>; docs/weights-format.md describes it.
/// </summary>
/// <remarks>
/// Little-endian. A header of <see cref="HeaderLength"/> bytes, then the tables of <see cref="VocabularyTable"/>:
/// <code>
/// offset type   field
///      0 uint32 magic "MGVO"
///      4 uint32 version
///      8 int64  length of the section
///     16 int32  TokenizerKind
///     20 int32  VocabularyFlags
///     24 int32  number of tokens
///     28 int32  number of symbols: the tokens, then texts that stand between merges without being tokens
///     32 int32  ids of BOS, EOS, end of turn, unknown, padding, separator; −1 where there is none
///     56 int32  PreTokenizerKind
///     60 int32  length of the tokenizer's name, which lies behind the texts; 0 where the kind says all
///     64 float  score of a character that no token of a Unigram vocabulary has
///     68 int32  length of the longest symbol, in bytes
///     72 int64  offset and number of elements of each table, in the order of VocabularyTable; an offset is a multiple of 8
/// </code>
/// </remarks>
internal static unsafe class VocabularySection
{
    /// <summary>"MGVO" in ASCII, read as a little-endian number.</summary>
    public const uint Magic = 0x4F56474D;

    /// <summary>Version of this layout; a reader takes no other.</summary>
    public const int Version = 3;

    public const int KindOffset = 16;
    public const int FlagsOffset = 20;
    public const int TokenCountOffset = 24;
    public const int SymbolCountOffset = 28;
    public const int IdsOffset = 32;
    public const int PreTokenizerOffset = 56;
    public const int NameLengthOffset = 60;
    public const int UnknownScoreOffset = 64;
    public const int LongestSymbolOffset = 68;
    public const int TablesOffset = 72;

    /// <summary>Bytes of a table's place in the header: offset and count.</summary>
    public const int TableEntryBytes = 16;

    /// <summary>Number of tables.</summary>
    public const int TableCount = (int)VocabularyTable.CharacterMap + 1;

    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = TablesOffset + TableCount * TableEntryBytes;

    /// <summary>Most bytes of a tokenizer's name; known ones have at most 24, a damaged file's may have thousands.</summary>
    public const int MaxNameLength = 64;

    /// <summary>An id, symbol or slot that is not there.</summary>
    public const int None = -1;

    /// <summary>
    /// Most tokens of a vocabulary: sixty times the largest published ones, and no table comes near 2³¹ elements.
    /// </summary>
    public const int MaxTokens = 1 << 24;

    /// <summary>
    /// FNV-1a, 32 bits (Fowler, Noll, Vo), with the high half folded into the low one, because the tables take the low bits.
    /// </summary>
    public static uint Hash(byte* text, int length)
    {
        uint hash = 2166136261;
        for (int i = 0; i < length; i++)
        {
            hash = unchecked((hash ^ text[i]) * 16777619);
        }

        return hash ^ (hash >> 16);
    }

    /// <summary>Multiplicative hash of a pair of symbols (Knuth 6.4), folded as above.</summary>
    public static uint Hash(int left, int right)
    {
        uint hash = unchecked(((uint)left * 0x9E3779B1) ^ ((uint)right * 0x85EBCA77));
        return hash ^ (hash >> 15);
    }

    /// <summary>Bytes of an element of a table.</summary>
    public static int ElementBytes(VocabularyTable table) => table switch
    {
        VocabularyTable.Texts or VocabularyTable.TrieLabels or VocabularyTable.UserTrieLabels or VocabularyTable.CharacterMap => sizeof(byte),
        VocabularyTable.Attributes => sizeof(TokenAttributes),
        VocabularyTable.TextSlots or VocabularyTable.SpecialSlots => sizeof(TextSlot),
        VocabularyTable.Pairs => sizeof(PairSlot),
        _ => sizeof(int),
    };
}

/// <summary>The tables of a packed vocabulary; a kind of tokenizer that needs none of a table has it empty.</summary>
internal enum VocabularyTable
{
    /// <summary>int32[symbols + 1]: where each symbol's text starts in the texts; one more for the end.</summary>
    Starts,

    /// <summary>
    /// uint8[]: texts of all symbols, one behind the other: what they decode to, but for special tokens, which have their own text.
    /// </summary>
    Texts,

    /// <summary>float32[tokens]: scores of SentencePiece and Unigram tokens.</summary>
    Scores,

    /// <summary>uint16[symbols]: TokenAttributes.</summary>
    Attributes,

    /// <summary>int32[]: ids of special tokens, the longest text first, then by id.</summary>
    Specials,

    /// <summary>Hash table from the texts of special tokens to their ids.</summary>
    SpecialSlots,

    /// <summary>Hash table from texts to symbols.</summary>
    TextSlots,

    /// <summary>int32[256]: the symbol for each byte, −1 where there is none.</summary>
    Bytes,

    /// <summary>Hash table from pairs of symbols to their merge.</summary>
    Pairs,

    /// <summary>int32[symbols − tokens + 1]: where the ids start that are written for a symbol that is no token.</summary>
    FallbackStarts,

    /// <summary>int32[]: these ids.</summary>
    Fallbacks,

    /// <summary>uint8[nodes]: the byte that leads to each node of the trie of tokens; children of a node lie side by side.</summary>
    TrieLabels,

    /// <summary>int32[nodes + 1]: the first child of each node; its last one lies before the next node's first.</summary>
    TrieFirstChildren,

    /// <summary>int32[nodes]: the id of the token that ends at each node, −1 for none.</summary>
    TrieValues,

    /// <summary>uint8[nodes]: as TrieLabels, of the trie of a Unigram vocabulary's user-defined tokens.</summary>
    UserTrieLabels,

    /// <summary>int32[nodes + 1]: as TrieFirstChildren.</summary>
    UserTrieFirstChildren,

    /// <summary>uint8[]: what a Unigram vocabulary writes for characters, as SentencePiece stores it.</summary>
    CharacterMap,
}

/// <summary>Switches of a packed vocabulary.</summary>
[Flags]
internal enum VocabularyFlags
{
    None = 0,
    AddBeginningOfSequence = 1,
    AddEndOfSequence = 2,
    AddSpacePrefix = 4,

    /// <summary>Tokens have U+2581 for a space.</summary>
    MarksSpaces = 8,

    /// <summary>Symbols start as bytes, else as characters.</summary>
    StartsFromBytes = 16,

    /// <summary>No merge crosses the space between two words, so that words can be looked up one by one.</summary>
    SpacesStartWords = 32,

    RemoveExtraSpaces = 64,
    Lowercase = 128,
    StripAccents = 256,

    /// <summary>SEP goes between two texts, behind the EOS of the first.</summary>
    AddSeparator = 512,

    /// <summary>Pieces have capitals and accents, and the file does not say that text has none.</summary>
    Cased = 1024,
}

/// <summary>A slot of a hash table by text: open addressing, linear probing, the search ends at an empty slot.</summary>
internal struct TextSlot
{
    /// <summary>The text's hash: most other texts are told apart without looking at them.</summary>
    public uint Hash;

    /// <summary>The symbol, or −1.</summary>
    public int Symbol;
}

/// <summary>A slot of the hash table of merges.</summary>
internal struct PairSlot
{
    /// <summary>The left symbol, or −1 in an empty slot.</summary>
    public int Left;

    public int Right;

    /// <summary>Position among the merges: lower ones are made first.</summary>
    public int Rank;

    /// <summary>The symbol that the two give.</summary>
    public int Merged;
}
