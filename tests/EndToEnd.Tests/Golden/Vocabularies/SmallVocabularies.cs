using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using ModelGen.Tests.Shared;
using ModelGen.Vocabularies;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>Writes vocabularies of every kind over the pieces of <see cref="PieceTable"/>.</summary>
internal static class SmallVocabularies
{
    private const char SpaceMark = '▁';

    /// <summary>Special tokens, the last of which are user-defined.</summary>
    public static readonly string[] Special = ["<s>", "</s>", "<|im_start|>", "<|im_end|>", "<tool>", "é<x>"];

    private static readonly int[] SpecialTypes =
        [TokenType.Control, TokenType.Control, TokenType.Control, TokenType.Control, TokenType.UserDefined, TokenType.UserDefined];

    // Each byte is a token, in the plain spelling of SentencePiece.
    private static readonly string[] Bytes = [.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>")];

    /// <summary>SentencePiece: scores fall with the rank of the merge.</summary>
    public static void AddSentencePieces(GgufWriter writer, bool addsSpacePrefix, bool addsEndOfSequence)
    {
        string[] pieces = [.. PieceTable.Merges.Select(merge => Marked(merge.Left + merge.Right))];
        string[] characters = [.. PieceTable.Characters.Select(Marked)];
        string[] head = ["<unk>", .. Special];
        AddTokens(
            writer,
            [.. head, .. Bytes, .. pieces, .. characters],
            [
                TokenType.Unknown, .. SpecialTypes, .. Same(TokenType.Byte, Bytes), .. Same(TokenType.Normal, pieces),
                .. Same(TokenType.Normal, characters),
            ]);
        writer.AddFloats(
            "tokenizer.ggml.scores",
            [.. head.Concat(Bytes).Select(_ => 0f), .. pieces.Select((_, rank) => -1f - rank), .. characters.Select(_ => -10000f)]);
        AddIds(writer, bos: 1, eos: 2);
        writer.AddUInt32("tokenizer.ggml.unknown_token_id", 0)
            .AddBool("tokenizer.ggml.add_space_prefix", addsSpacePrefix)
            .AddBool("tokenizer.ggml.add_bos_token", true)
            .AddBool("tokenizer.ggml.add_eos_token", addsEndOfSequence);
    }

    /// <summary>Byte pairs as GPT-2 spells them; holes are bytes and pieces between merges that are no tokens.</summary>
    public static void AddBytePairs(GgufWriter writer, string pre, bool hasHoles)
    {
        string[] alphabet = [.. Enumerable.Range(0, 256).Select(value => ByteSpelling.Of([(byte)value]))];
        (string Left, string Right)[] merges =
        [
            .. PieceTable.Characters.SelectMany(BytesOf)
                .Concat(PieceTable.Merges.Select(merge => (ByteSpelling.Of(merge.Left), ByteSpelling.Of(merge.Right))))
                .DistinctBy(merge => merge.Item1 + merge.Item2, StringComparer.Ordinal),
        ];
        string[] tokens = [.. alphabet, .. merges.Select(merge => merge.Left + merge.Right)];
        tokens = hasHoles ? [.. tokens.Where((_, id) => id % 2 == 0)] : tokens;
        AddTokens(writer, [.. tokens, .. Special], [.. Same(TokenType.Normal, tokens), .. SpecialTypes]);
        writer.AddString("tokenizer.ggml.pre", pre)
            .AddStrings("tokenizer.ggml.merges", merges.Select(merge => $"{merge.Left} {merge.Right}"));
        AddIds(writer, bos: tokens.Length, eos: tokens.Length + 1);
    }

    /// <summary>Pairs of plain text with ▁ for a space, and bytes for what is no character of it.</summary>
    public static void AddMarkedPairs(GgufWriter writer, string model, string pre)
    {
        string[] characters = [.. PieceTable.Characters.Select(Marked).Concat(["\n"]).Distinct(StringComparer.Ordinal)];
        (string Left, string Right)[] merges = [.. PieceTable.Merges.Select(merge => (Marked(merge.Left), Marked(merge.Right)))];
        string[] pieces = [.. merges.Select(merge => merge.Left + merge.Right).Except(characters, StringComparer.Ordinal)];
        string[] tokens = [.. characters, .. pieces];
        AddTokens(
            writer,
            ["<unk>", .. Special, .. Bytes, .. tokens],
            [TokenType.Unknown, .. SpecialTypes, .. Same(TokenType.Byte, Bytes), .. Same(TokenType.Normal, tokens)]);
        writer.AddString("tokenizer.ggml.pre", pre)
            .AddStrings("tokenizer.ggml.merges", merges.Select(merge => $"{merge.Left} {merge.Right}"));
        if (model == "gemma4")
        {
            writer.AddFloats("tokenizer.ggml.scores", Enumerable.Repeat(0f, 1 + Special.Length + Bytes.Length + tokens.Length));
        }

        AddIds(writer, bos: 1, eos: 2);
    }

    /// <summary>WordPiece: the first piece of a word has a mark before it.</summary>
    public static void AddWordPieces(GgufWriter writer, bool lowercase, bool stripAccents)
    {
        string[] head = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
        string[] pieces =
        [
            .. PieceTable.Characters.Concat(PieceTable.Merges.Select(merge => merge.Left + merge.Right))
                .Select(piece => piece.TrimStart(' ')).Where(piece => piece.Length > 0 && !piece.Any(char.IsWhiteSpace))
                .SelectMany(piece => new[] { piece, SpaceMark + piece }).Distinct(StringComparer.Ordinal),
        ];
        AddTokens(
            writer,
            [.. head, .. pieces],
            [TokenType.Control, TokenType.Unknown, TokenType.Control, TokenType.Control, TokenType.Control, .. Same(TokenType.Normal, pieces)]);
        foreach ((string key, string token) in new[]
        {
            ("padding", "[PAD]"), ("unknown", "[UNK]"), ("bos", "[CLS]"), ("cls", "[CLS]"), ("eos", "[SEP]"), ("seperator", "[SEP]"), ("mask", "[MASK]"),
        })
        {
            writer.AddUInt32($"tokenizer.ggml.{key}_token_id", (uint)Array.IndexOf(head, token));
        }

        writer.AddBool("tokenizer.ggml.normalizer.lowercase", lowercase).AddBool("tokenizer.ggml.normalizer.strip_accents", stripAccents);
    }

    /// <summary>Unigram: scores of no order, so that the likeliest way is not that of the longest pieces, and a map of characters.</summary>
    public static void AddUnigram(GgufWriter writer, bool addsSpacePrefix, bool removesExtraSpaces)
    {
        string[] pieces =
        [
            .. PieceTable.Characters.Concat(PieceTable.Merges.Select(merge => merge.Left + merge.Right)).Select(Marked)
                .Distinct(StringComparer.Ordinal),
        ];
        RepeatableRandom random = new("unigram");
        string[] tokens = ["<pad>", "</s>", "<unk>", .. pieces, "<extra_id_0>", "▁<unused>"];
        AddTokens(
            writer,
            tokens,
            [
                TokenType.Control, TokenType.Control, TokenType.Unknown, .. Same(TokenType.Normal, pieces), TokenType.UserDefined, TokenType.Unused,
            ]);
        writer.AddFloats("tokenizer.ggml.scores", [.. tokens.Select(token => (float)(-2 - 8 * random.NextDouble()))])
            .AddBool("tokenizer.ggml.add_space_prefix", addsSpacePrefix)
            .AddBool("tokenizer.ggml.remove_extra_whitespaces", removesExtraSpaces)
            .AddUInt32("tokenizer.ggml.padding_token_id", 0)
            .AddUInt32("tokenizer.ggml.eos_token_id", 1)
            .AddUInt32("tokenizer.ggml.unknown_token_id", 2)
            .AddArray("tokenizer.ggml.precompiled_charsmap", GgufWriter.ValueType.Int8, CharacterMaps.Create(new Dictionary<string, string>
            {
                ["Ａ"] = "A", ["ﬁ"] = "fi", ["\u00a0"] = " ", ["\t"] = " ", ["\n"] = " ", ["\u200b"] = "", ["e\u0301"] = "é", ["½"] = "1⁄2",
            }), (target, value) => target.Write(value));
    }

    /// <summary>RWKV: every byte, and longer tokens, with escapes.</summary>
    public static void AddRwkv(GgufWriter writer)
    {
        string[] bytes =
        [
            .. Enumerable.Range(0, 256)
                .Select(value => value is > ' ' and < '\x7F' and not '\\' ? ((char)value).ToString() : $"\\x{value:x2}"),
        ];
        string[] pieces =
        [
            .. PieceTable.Merges.Select(merge => Escaped(merge.Left + merge.Right)).Distinct(StringComparer.Ordinal)
                .Except(bytes, StringComparer.Ordinal),
        ];
        string[] words = ["\\xf0\\x9f\\x98", "a\\\\b", "\\xe7\\x9a\\x84\\xe6"];
        AddTokens(
            writer,
            ["<s>", .. bytes, .. pieces, .. words],
            [TokenType.Control, .. Same(TokenType.Normal, bytes), .. Same(TokenType.Normal, pieces), .. Same(TokenType.Normal, words)]);
    }

    private static void AddTokens(GgufWriter writer, string[] tokens, int[] types) =>
        writer.AddStrings("tokenizer.ggml.tokens", tokens).AddInt32s("tokenizer.ggml.token_type", types);

    private static void AddIds(GgufWriter writer, int bos, int eos) =>
        writer.AddUInt32("tokenizer.ggml.bos_token_id", (uint)bos).AddUInt32("tokenizer.ggml.eos_token_id", (uint)eos);

    // The bytes of a character, one after the other.
    private static IEnumerable<(string Left, string Right)> BytesOf(string character)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(character);
        for (int i = 1; i < bytes.Length; i++)
        {
            yield return (ByteSpelling.Of(bytes[..i]), ByteSpelling.Of([bytes[i]]));
        }
    }

    private static string Escaped(string piece) => string.Concat(piece.Select(character => character switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\'' => "\\'",
        '\\' => "\\\\",
        _ => character.ToString(CultureInfo.InvariantCulture),
    }));

    private static string Marked(string piece) => piece.Replace(' ', SpaceMark);

    private static int[] Same(int type, string[] tokens) => [.. tokens.Select(_ => type)];
}
