using System.Collections.Generic;
using System.Linq;
using System.Text;
using ModelGen.Tests.Shared;
using ModelGen.Vocabularies;

namespace ModelGen.Fuzz.Tests.Seeds;

/// <summary>A small vocabulary.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">What it is.</param>
/// <param name="GivesTextBack">Whether it can write every text, so that decoding what was encoded gives that text.</param>
internal sealed record SeedVocabulary(string Name, VocabularyContent Content, bool GivesTextBack);

/// <summary>Vocabularies of every kind, each small enough that a change hits something.</summary>
internal static class SeedVocabularies
{
    private const string Mark = "▁";

    private static readonly string[] Pieces =
        ["t", "h", "e", "a", "n", "d", "1", "2", "'", "s", ".", "\n", "é", "中", "th", "the", "an", "and", "'s", "12"];

    private static readonly string[] Specials = ["<s>", "</s>", "<|im_start|>", "<|im_end|>", "<tool>", "é<x>"];

    private static readonly int[] SpecialTypes =
        [TokenType.Control, TokenType.Control, TokenType.Control, TokenType.Control, TokenType.UserDefined, TokenType.UserDefined];

    // One of each way to cut text into words.
    private static readonly string[] PreTokenizers =
    [
        "default", "llama-bpe", "gpt-2", "qwen2", "qwen35", "deepseek-llm", "deepseek-coder", "deepseek-v3", "falcon", "starcoder", "bloom", "viking",
        "tekken", "gpt-4o", "chameleon", "seed-coder", "bailingmoe", "ufakzeka", "laguna", "minicpm5",
    ];

    /// <summary>One of each kind, for what reads packed vocabularies.</summary>
    public static IReadOnlyList<SeedVocabulary> Kinds { get; } =
    [
        SentencePiece("sentencepiece", hasBytes: true),
        SentencePiece("sentencepiece-without-bytes", hasBytes: false),
        BytePairs("gpt-2"),
        MarkedPairs(),
        WordPiece(),
        Unigram(),
        Rwkv(),
        new("ids-only", Content("none-such", [("a", TokenType.Normal), ("b", TokenType.Normal)]), GivesTextBack: false),
    ];

    /// <summary>All of them, with one for each pre-tokenizer.</summary>
    public static IReadOnlyList<SeedVocabulary> All { get; } = [.. Kinds, .. PreTokenizers.Where(pre => pre != "gpt-2").Select(BytePairs)];

    private static SeedVocabulary SentencePiece(string name, bool hasBytes)
    {
        IEnumerable<(string, int)> bytes = hasBytes ? Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", TokenType.Byte)) : [];
        VocabularyContent content = Content(
            "llama",
            [
                ("<unk>", TokenType.Unknown), .. Specials.Zip(SpecialTypes), .. bytes, (Mark, TokenType.Normal), (Mark + "the", TokenType.Normal),
                (Mark + "t", TokenType.Normal), .. Normal(Pieces),
            ]);
        return new(
            name,
            content with
            {
                Scores = [.. content.Tokens.Select((_, id) => -(float)id)], BeginningOfSequenceId = 1, EndOfSequenceId = 2, AddSpacePrefix = true,
                AddBeginningOfSequence = true, UnknownId = hasBytes ? 0 : null,
            },
            hasBytes);
    }

    private static SeedVocabulary BytePairs(string pre)
    {
        string[] bytes = [.. Enumerable.Range(0, 256).Select(value => ByteSpelling.Of([(byte)value]))];
        (string Left, string Right)[] merges = [("t", "h"), ("th", "e"), (ByteSpelling.Of(" "), "the"), ("a", "n"), ("an", "d"), ("1", "2"), ("'", "s")];
        VocabularyContent content = Content(
            "gpt2", [.. Normal(bytes), .. Normal(merges.Select(merge => merge.Left + merge.Right)), .. Specials.Zip(SpecialTypes)]);
        int first = content.Tokens.Length - Specials.Length;
        return new(
            "byte-pairs-" + pre,
            content with
            {
                Pre = pre, Merges = [.. merges.Select(merge => Encoding.UTF8.GetBytes($"{merge.Left} {merge.Right}"))],
                BeginningOfSequenceId = first, EndOfSequenceId = first + 1, AddEndOfSequence = true,
            },
            GivesTextBack: true);
    }

    private static SeedVocabulary MarkedPairs()
    {
        VocabularyContent content = Content(
            "gemma4",
            [
                ("<unk>", TokenType.Unknown), .. Specials.Zip(SpecialTypes), .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", TokenType.Byte)),
                (Mark, TokenType.Normal), .. Normal(Pieces),
            ]);
        return new(
            "marked-pairs",
            content with
            {
                Pre = "gemma4", Merges = [.. new[] { "t h", "th e", "a n", "an d" }.Select(Encoding.UTF8.GetBytes)], BeginningOfSequenceId = 1,
                EndOfSequenceId = 2, UnknownId = 0, AddBeginningOfSequence = true,
            },
            GivesTextBack: true);
    }

    private static SeedVocabulary WordPiece()
    {
        string[] heads = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
        VocabularyContent content = Content(
            "bert",
            [.. heads.Select(head => (head, head == "[UNK]" ? TokenType.Unknown : TokenType.Control)), .. Normal(Pieces.SelectMany(piece => new[] { piece, Mark + piece }))]);
        return new(
            "wordpiece",
            content with { PaddingId = 0, UnknownId = 1, BeginningOfSequenceId = 2, EndOfSequenceId = 3, SeparatorId = 3, AddBeginningOfSequence = true },
            GivesTextBack: false);
    }

    private static SeedVocabulary Unigram()
    {
        VocabularyContent content = Content(
            "t5",
            [
                ("<pad>", TokenType.Control), ("</s>", TokenType.Control), ("<unk>", TokenType.Unknown), (Mark, TokenType.Normal), .. Normal(Pieces),
                ("<extra_id_0>", TokenType.UserDefined), (Mark + "<unused>", TokenType.Unused),
            ]);
        sbyte[] map = CharacterMaps.Create(new Dictionary<string, string> { ["Ａ"] = "A", ["\t"] = " ", ["\u200b"] = "", ["e\u0301"] = "é" });
        return new(
            "unigram",
            content with
            {
                Scores = [.. content.Tokens.Select((_, id) => -2f - 0.07f * id)], CharacterMap = [.. map.Select(value => unchecked((byte)value))],
                PaddingId = 0, EndOfSequenceId = 1, UnknownId = 2, AddEndOfSequence = true, AddSpacePrefix = true, RemoveExtraSpaces = true,
            },
            GivesTextBack: false);
    }

    private static SeedVocabulary Rwkv()
    {
        IEnumerable<string> bytes = Enumerable.Range(0, 256).Select(value => value is > ' ' and < '\x7F' and not '\\' ? ((char)value).ToString() : $"\\x{value:x2}");
        return new("rwkv", Content("rwkv", [("<s>", TokenType.Control), .. Normal(bytes), .. Normal(["the", " the", "\\n\\n", "12"])]), GivesTextBack: true);
    }

    private static VocabularyContent Content(string model, IEnumerable<(string Text, int Type)> tokens) => new()
    {
        Model = model,
        Tokens = [.. tokens.Select(token => Encoding.UTF8.GetBytes(token.Text))],
        Types = [.. tokens.Select(token => token.Type)],
    };

    private static IEnumerable<(string Text, int Type)> Normal(IEnumerable<string> texts) => texts.Select(text => (text, TokenType.Normal));
}
