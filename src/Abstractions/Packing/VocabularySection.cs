using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using ModelGen.Gguf;

namespace ModelGen.Packing;

/// <summary>
/// The vocabulary in a packed weights file: one position-independent block of bytes that the tokenizer reads in place. Everything that
/// a load would otherwise build (the text-to-id hash table, the special tokens by length, the byte tokens) lies in it ready to use.
/// </summary>
/// <remarks>
/// Little-endian. A header of <see cref="HeaderLength"/> bytes, then the tables at the offsets that it names (from the section's start,
/// each a multiple of 8):
/// <code>
/// offset type   field
///      0 uint32 magic "MGVO"
///      4 uint32 version
///      8 int64  length of the section
///     16 int32  tokenizer kind
///     20 int32  flags: 1 add BOS, 2 add EOS, 4 add a space prefix
///     24 int32  number of tokens
///     28 int32  length of the longest token, in bytes
///     32 int32  ids of BOS, EOS, end of turn, unknown, padding; −1 where there is none
///     52 int32  number of special tokens
///     56 int32  capacity of the hash table, a power of two, at least twice the number of tokens
///     60 int32  length of the tokenizer's name, which lies behind the text block; 0 where the kind says all
///     64 int64  offset of int32[tokens + 1]: where each token's text starts in the text block; one more for the end
///     72 int64  offset of float32[tokens]: scores
///     80 int64  offset of uint8[tokens]: TokenAttributes
///     88 int64  offset of int32[special tokens]: ids of special tokens, the longest text first, then by id
///     96 int64  offset of int32[256]: the token for each byte, −1 where there is none
///    104 int64  offset of int32[capacity]: the hash table's ids, −1 where a slot is empty
///    112 int64  offset of the text block: UTF-8 texts of all tokens, one behind the other
///    120 int64  length of the text block
/// </code>
/// The hash table is open addressing with linear probing: a text's first slot is <see cref="Hash"/> modulo the capacity, the search
/// ends at an empty slot, and a slot counts only when its token's bytes are the text's.
/// </remarks>
internal static unsafe class VocabularySection
{
    /// <summary>"MGVO" in ASCII, read as a little-endian number.</summary>
    public const uint Magic = 0x4F56474D;

    /// <summary>Version of this layout; a reader takes no other.</summary>
    public const int Version = 1;

    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 128;

    /// <summary>Values of tokenizer.ggml.model whose text can be encoded and decoded.</summary>
    public static readonly string[] SupportedModels = ["llama"];

    /// <summary>Tokenizer kind of every other value: the vocabulary is packed, but works for ids alone.</summary>
    public const int IdsOnlyKind = 0;

    /// <summary>Tokenizer kind of tokenizer.ggml.model "llama": SentencePiece BPE.</summary>
    public const int SentencePieceKind = 1;

    public const int AddBeginningOfSequenceFlag = 1;
    public const int AddEndOfSequenceFlag = 2;
    public const int AddSpacePrefixFlag = 4;

    /// <summary>Most bytes of a tokenizer's name; known ones have at most 10, a damaged file's may have thousands.</summary>
    public const int MaxNameLength = 64;

    /// <summary>An id or a slot that is not there.</summary>
    public const int None = -1;

    /// <summary>
    /// Most tokens of a vocabulary: sixty times the largest published ones, and the hash table stays far below 2³¹ slots.
    /// </summary>
    public const int MaxTokens = 1 << 24;

    /// <summary>
    /// FNV-1a, 32 bits (Fowler, Noll, Vo), with the high half folded into the low one, because the table takes the low bits.
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

    /// <summary>Packs a vocabulary.</summary>
    /// <exception cref="ModelGenException">The vocabulary is not one that ModelGen can read; the message says why.</exception>
    public static byte[] Write(VocabularyContent content)
    {
        content = Check(content);
        byte[][] tokens = content.Tokens;
        TokenAttributes[] attributes = TokenAttributeRules.Resolve(content);
        int[] special = Enumerable.Range(0, tokens.Length)
            .Where(id => TokenAttributeRules.IsSpecial(attributes[id]))
            .OrderByDescending(id => tokens[id].Length)
            .ToArray();
        int[] table = BuildTable(tokens);
        bool isIdsOnly = Array.IndexOf(SupportedModels, content.Model) < 0;
        byte[] name = isIdsOnly ? Encoding.UTF8.GetBytes(GgufText.OneLine(content.Model)) : [];
        int nameLength = Math.Min(name.Length, MaxNameLength);

        long startsOffset = HeaderLength;
        long scoresOffset = Align(startsOffset + sizeof(int) * (tokens.Length + 1L));
        long attributesOffset = Align(scoresOffset + sizeof(float) * (long)tokens.Length);
        long specialOffset = Align(attributesOffset + tokens.Length);
        long byteTokensOffset = Align(specialOffset + sizeof(int) * (long)special.Length);
        long tableOffset = Align(byteTokensOffset + sizeof(int) * 256);
        long textOffset = Align(tableOffset + sizeof(int) * (long)table.Length);
        long textLength = tokens.Sum(token => (long)token.Length);
        long length = Align(textOffset + textLength + nameLength);
        if (length > int.MaxValue)
        {
            throw new ModelGenException(
                $"The vocabulary's texts are {textLength} bytes long, too long to pack; the GGUF file is damaged or not a language model.");
        }

        using MemoryStream stream = new((int)length);
        using BinaryWriter writer = new(stream);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(length);
        writer.Write(isIdsOnly ? IdsOnlyKind : SentencePieceKind);
        writer.Write(Flags(content));
        writer.Write(tokens.Length);
        writer.Write(tokens.Max(token => token.Length));
        writer.Write(content.BeginningOfSequenceId ?? None);
        writer.Write(content.EndOfSequenceId ?? None);
        writer.Write(content.EndOfTurnId ?? None);
        writer.Write(content.UnknownId ?? None);
        writer.Write(content.PaddingId ?? None);
        writer.Write(special.Length);
        writer.Write(table.Length);
        writer.Write(nameLength);
        writer.Write(startsOffset);
        writer.Write(scoresOffset);
        writer.Write(attributesOffset);
        writer.Write(specialOffset);
        writer.Write(byteTokensOffset);
        writer.Write(tableOffset);
        writer.Write(textOffset);
        writer.Write(textLength);

        int start = 0;
        foreach (byte[] token in tokens)
        {
            writer.Write(start);
            start += token.Length;
        }

        writer.Write(start);
        PadTo(scoresOffset);
        for (int id = 0; id < tokens.Length; id++)
        {
            writer.Write(content.Scores is null ? 0f : content.Scores[id]);
        }

        PadTo(attributesOffset);
        foreach (TokenAttributes attribute in attributes)
        {
            writer.Write((byte)attribute);
        }

        PadTo(specialOffset);
        foreach (int id in special)
        {
            writer.Write(id);
        }

        PadTo(byteTokensOffset);
        for (int value = 0; value < 256; value++)
        {
            int id = Find(table, tokens, Encoding.ASCII.GetBytes("<0x" + value.ToString("X2", CultureInfo.InvariantCulture) + ">"));
            writer.Write(id != None ? id : Find(table, tokens, [(byte)value]));
        }

        PadTo(tableOffset);
        foreach (int id in table)
        {
            writer.Write(id);
        }

        PadTo(textOffset);
        foreach (byte[] token in tokens)
        {
            writer.Write(token);
        }

        writer.Write(name, 0, nameLength);
        PadTo(length);
        return stream.ToArray();

        void PadTo(long offset)
        {
            while (stream.Position < offset)
            {
                writer.Write((byte)0);
            }
        }
    }

    private static long Align(long offset) => (offset + 7) / 8 * 8;

    // As llama.cpp, a model that asks for BOS or EOS but has none gets none.
    private static int Flags(VocabularyContent content) =>
        (content.AddBeginningOfSequence && content.BeginningOfSequenceId is not null ? AddBeginningOfSequenceFlag : 0)
        | (content.AddEndOfSequence && content.EndOfSequenceId is not null ? AddEndOfSequenceFlag : 0)
        | (content.AddSpacePrefix ? AddSpacePrefixFlag : 0);

    private static VocabularyContent Check(VocabularyContent content)
    {
        int count = content.Tokens.Length;
        if (count is 0 or > MaxTokens)
        {
            throw new ModelGenException(
                $"The vocabulary (tokenizer.ggml.tokens) has {count} tokens; a language model has from 1 to {MaxTokens}.");
        }

        CheckLength("tokenizer.ggml.scores", content.Scores?.Length);
        CheckLength("tokenizer.ggml.token_type", content.Types?.Length);
        CheckId("tokenizer.ggml.bos_token_id", content.BeginningOfSequenceId);
        CheckId("tokenizer.ggml.eos_token_id", content.EndOfSequenceId);
        CheckId("tokenizer.ggml.eot_token_id", content.EndOfTurnId);
        CheckId("tokenizer.ggml.unknown_token_id", content.UnknownId);
        CheckId("tokenizer.ggml.padding_token_id", content.PaddingId);

        byte[][] tokens = new byte[count][];
        for (int id = 0; id < count; id++)
        {
            // An empty text could never be matched nor told from others; it gets the name that llama.cpp gives it.
            tokens[id] = content.Tokens[id].Length > 0
                ? content.Tokens[id]
                : Encoding.ASCII.GetBytes(FormattableString.Invariant($"[EMPTY_{id}]"));
            if (content.Scores is not null && float.IsNaN(content.Scores[id]))
            {
                throw new ModelGenException($"The score of token {id} (tokenizer.ggml.scores) is not a number; convert the model again.");
            }

            const int ByteType = 6;
            if (content.Types is not null && content.Types[id] == ByteType && !IsByteText(tokens[id]))
            {
                throw new ModelGenException(
                    $"Token {id} is '{Encoding.UTF8.GetString(tokens[id])}' but marked as a byte (tokenizer.ggml.token_type), "
                    + "which is written <0x00> to <0xFF>; convert the model again.");
            }
        }

        return content with { Tokens = tokens };

        void CheckLength(string key, int? length)
        {
            if (length < count)
            {
                throw new ModelGenException($"The vocabulary has {count} tokens but {length} elements in {key}; convert the model again.");
            }
        }

        void CheckId(string key, int? id)
        {
            if (id < 0 || id >= count)
            {
                throw new ModelGenException($"{key} is {id}, but the vocabulary's ids are 0 to {count - 1}; convert the model again.");
            }
        }
    }

    private static bool IsByteText(byte[] text) =>
        text.Length == 6 && text[0] == '<' && text[1] == '0' && text[2] == 'x' && text[5] == '>'
        && IsHexadecimal(text[3]) && IsHexadecimal(text[4]);

    private static bool IsHexadecimal(byte character) =>
        character is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'A' and <= (byte)'F') or (>= (byte)'a' and <= (byte)'f');

    private static int[] BuildTable(byte[][] tokens)
    {
        int capacity = 2;
        while (capacity < 2 * tokens.Length)
        {
            capacity *= 2;
        }

        int[] table = new int[capacity];
        for (int slot = 0; slot < capacity; slot++)
        {
            table[slot] = None;
        }

        for (int id = 0; id < tokens.Length; id++)
        {
            int slot = FindSlot(table, tokens, tokens[id]);
            if (table[slot] != None)
            {
                // llama.cpp refuses such a file too: encoding could only ever give one of the two.
                throw new ModelGenException(
                    $"Tokens {table[slot]} and {id} of the vocabulary (tokenizer.ggml.tokens) are both "
                    + $"'{Encoding.UTF8.GetString(tokens[id])}'; convert the model again.");
            }

            table[slot] = id;
        }

        return table;
    }

    private static int Find(int[] table, byte[][] tokens, byte[] text) => table[FindSlot(table, tokens, text)];

    // The slot that holds the text, or the empty one where it would go.
    private static int FindSlot(int[] table, byte[][] tokens, byte[] text)
    {
        uint hash;
        fixed (byte* start = text)
        {
            hash = Hash(start, text.Length);
        }

        int slot = (int)(hash & (uint)(table.Length - 1));
        while (table[slot] != None && !SameBytes(tokens[table[slot]], text))
        {
            slot = (slot + 1) & (table.Length - 1);
        }

        return slot;
    }

    private static bool SameBytes(byte[] left, byte[] right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i])
            {
                return false;
            }
        }

        return true;
    }
}
