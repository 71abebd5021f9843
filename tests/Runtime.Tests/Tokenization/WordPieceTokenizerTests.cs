using System;
using System.IO;
using System.Linq;
using System.Text;
using ModelGen.CompilerServices;
using ModelGen.Gguf;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Tests.Shared;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Tokenization;

/// <summary>Words as tokens of a small WordPiece vocabulary, and texts in pairs.</summary>
public sealed class WordPieceTokenizerTests
{
    private static readonly string[] Tokens =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "▁un", "aff", "able", "▁able", "▁a", "a", "▁", "▁▁", "b", "▁,", "▁É", "▁e"];

    private static readonly VocabularyContent Content = new()
    {
        Model = "bert",
        Tokens = [.. Tokens.Select(Encoding.UTF8.GetBytes)],
        Types = [.. Tokens.Select(token => token[0] == '[' ? TestVocabulary.Control : TestVocabulary.Normal)],
        BeginningOfSequenceId = 2,
        SeparatorId = 3,
        UnknownId = 1,
    };

    [Theory]
    [InlineData("unaffable", "▁un aff able")]
    [InlineData("Unaffable, able", "▁un aff able ▁, ▁able")]
    [InlineData("unaffordable able", "[UNK] ▁able")]
    [InlineData("x", "[UNK]")]
    [InlineData("é", "▁e")]
    [InlineData("[SEP]", "[UNK] [UNK] [UNK]")]
    [InlineData("", "")]
    public void TheLongestTokensFromTheLeft(string text, string expected) => Texts(Open(Content), text).ShouldBe(expected);

    /// <summary>U+2581 in a text is a character like others, and not the mark of a word's start.</summary>
    [Theory]
    [InlineData("▁", "▁▁", "▁▁")]
    [InlineData("a▁able", "[UNK]", "▁a ▁able")]
    [InlineData("b", "[UNK]", "▁ b")]
    public void TheMarkOfAStartIsNoCharacter(string text, string bert, string llamaCpp)
    {
        Texts(Open(Content), text).ShouldBe(bert);
        Texts(Tokenizer.Create(Content, WordPieceRules.LlamaCpp), text).ShouldBe(llamaCpp);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public void AWordOfMoreThanAHundredCharactersIsUnknown(int length, bool isUnknown)
    {
        string word = new('a', length);
        Texts(Open(Content), word).ShouldBe(isUnknown ? "[UNK]" : "▁a" + string.Concat(Enumerable.Repeat(" a", length - 1)));

        // Characters count, not bytes: each of these is three.
        VocabularyContent wide = Content with { Tokens = [.. Content.Tokens, "▁अ"u8.ToArray(), "अ"u8.ToArray()], Types = null };
        Texts(Open(wide), new string('अ', length)).Split(' ').Length.ShouldBe(isUnknown ? 1 : length);
        Texts(Tokenizer.Create(Content, WordPieceRules.LlamaCpp), word).Split(' ').Length.ShouldBe(length);
    }

    [Fact]
    public void ClsAndSepStandAroundATextAndBetweenTwo()
    {
        Tokenizer tokenizer = Open(Content with { AddSeparator = true, AddEndOfSequence = true, EndOfSequenceId = 3 });
        tokenizer.EncodeToIds("able").ShouldBe([2, 7, 3]);
        (int[] ids, int secondStart) = PairEncoding.Of(tokenizer, "able [SEP]", "a");
        ids.ShouldBe([2, 7, 1, 1, 1, 3, 8, 3]);
        secondStart.ShouldBe(6);
        PairEncoding.Of(tokenizer, "", "").Ids.ShouldBe([2, 3, 3]);
    }

    /// <summary>RoBERTa has two separators between its texts, and others only the ends that each text has.</summary>
    [Theory]
    [InlineData(true, true, true, "<s> a </s> </s> b </s>", 4)]
    [InlineData(true, true, false, "<s> a </s> b </s>", 3)]
    [InlineData(true, false, true, "<s> a </s> b", 3)]
    [InlineData(false, false, false, "a b", 1)]
    public void OtherKindsOfTokenizersPartTextsAsTheFileSays(bool start, bool end, bool separator, string expected, int expectedStart)
    {
        VocabularyContent content = TestVocabulary.Content(["a", "b"]) with
        {
            AddSpacePrefix = false, AddBeginningOfSequence = start, AddEndOfSequence = end, AddSeparator = separator, SeparatorId = 2,
        };
        (int[] ids, int secondStart) = PairEncoding.Of(TestVocabulary.Open(content), "a", "b");
        ids.ShouldBe(content.IdsOf(expected.Split(' ')));
        secondStart.ShouldBe(expectedStart);
    }

    [Fact]
    public void ASeparatorThatTheVocabularyHasNotIsNotAdded() =>
        PairEncoding.Of(TestVocabulary.Open(TestVocabulary.Content(["a", "b"]) with { AddSpacePrefix = false, AddSeparator = true }), "a", "b").Ids
            .Length.ShouldBe(3);

    /// <summary>
    /// Converters write that text is lower-cased, and nothing where it is not. A vocabulary with capitals would never give them in lower case.
    /// </summary>
    [Theory]
    [InlineData("▁Berlin", null, true)]
    [InlineData("▁berlin", null, false)]
    [InlineData("[unusedA]", null, false)]
    [InlineData("▁Berlin", true, false)]
    [InlineData("▁Berlin", false, false)]
    public void AFileWithoutTheKeyIsCasedIfItsPiecesAre(string piece, bool? lowercase, bool isCased)
    {
        GgufWriter writer = new();
        writer.AddString("general.architecture", "bert").AddString("tokenizer.ggml.model", "bert").AddStrings("tokenizer.ggml.tokens", [.. Tokens[..4], piece]);
        if (lowercase is bool value)
        {
            writer.AddBool("tokenizer.ggml.normalizer.lowercase", value);
        }

        using MemoryStream file = new(writer.ToArray());
        VocabularyContent content = VocabularyContent.From(GgufHeaderReader.Read(file, "vocabulary.gguf"));
        content.IsCased.ShouldBe(isCased);
        content.Lowercase.ShouldBe(lowercase ?? true);
    }

    [Fact]
    public void AProgramForAnotherKindOfVocabularyIsRefused()
    {
        byte[] section = VocabularyWriter.Write(Content);
        Tokenizer.Create(section, PreTokenizer.LlamaCppBert).EncodeToIds("able", addSpecialTokens: false).ShouldBe([7]);
        foreach (PreTokenizer? other in new[] { PreTokenizer.Llama3, null })
        {
            Should.Throw<ModelGenException>(() => Tokenizer.Create(section, other)).Message.ShouldStartWith(
                "The packed vocabulary asks for the pre-tokenizer Bert, but the program has ");
        }
    }

    [Fact]
    public void RulesThatThereAreNoneOfAreRefused() => Should.Throw<ArgumentOutOfRangeException>(
        () => Tokenizer.Load(TestFiles.DemoModel, (WordPieceRules)9)).Message.ShouldStartWith("The rules are one of Bert, LlamaCpp.");

    private static Tokenizer Open(VocabularyContent content) => Tokenizer.Create(content);

    private static string Texts(Tokenizer tokenizer, string text) => string.Join(
        ' ', tokenizer.EncodeToIds(text, addSpecialTokens: false).Select(id => id < Tokens.Length ? Tokens[id] : "अ"));
}
