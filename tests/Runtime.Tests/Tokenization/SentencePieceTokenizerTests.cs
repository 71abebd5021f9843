using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Vocabularies;
using ModelGen.Runtime.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Tokenization;

public sealed class SentencePieceTokenizerTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();

    private readonly Tokenizer _tokenizer = TestVocabulary.Open(Chat);

    [Theory]
    [InlineData("abc", "<s>", "▁abc")]
    [InlineData(" abc", "<s>", "▁", "▁abc")]
    [InlineData("abc ab", "<s>", "▁abc", "▁ab")]
    [InlineData("", "<s>")]
    [InlineData(" ", "<s>", "▁", "▁")]
    [InlineData("é", "<s>", "▁", "é")]
    [InlineData("z", "<s>", "▁", "<0x7A>")]
    [InlineData("😀", "<s>", "▁", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>")]
    [InlineData("\n", "<s>", "▁", "<0x0A>")]
    [InlineData("\0", "<s>", "▁", "<0x00>")]
    public void MergesByScoreAndWritesTheRestAsBytes(string text, params string[] expected) =>
        _tokenizer.EncodeToIds(text).ShouldBe(Chat.IdsOf(expected));

    [Fact]
    public void TheHigherScoreIsMergedFirstAndTheLeftmostOnTies()
    {
        VocabularyContent content = TestVocabulary.Content(
            [("▁", 0, 1), ("a", 0, 1), ("b", 0, 1), ("c", 0, 1), ("ab", -2, 1), ("bc", -1, 1), ("aa", -3, 1)]);
        Tokenizer tokenizer = TestVocabulary.Open(content with { AddSpacePrefix = false });
        tokenizer.EncodeToIds("abc", addSpecialTokens: false).ShouldBe(content.IdsOf("a", "bc"));
        tokenizer.EncodeToIds("aaa", addSpecialTokens: false).ShouldBe(content.IdsOf("aa", "a"));
    }

    [Fact]
    public void MergesOnlyThroughPairsThatAreTokens()
    {
        // "abcd" is a token, but nothing leads from its letters to it.
        VocabularyContent content = TestVocabulary.Content(["a", "b", "c", "d", "abcd"]);
        Tokenizer tokenizer = TestVocabulary.Open(content with { AddSpacePrefix = false });
        tokenizer.EncodeToIds("abcd", addSpecialTokens: false).ShouldBe(content.IdsOf("a", "b", "c", "d"));
    }

    [Fact]
    public void WithoutByteTokensACharacterBecomesOneUnknownToken()
    {
        VocabularyContent content = TestVocabulary.Content(TestVocabulary.Words, byteTokens: false);
        TestVocabulary.Open(content).EncodeToIds("a😀zb").ShouldBe(content.IdsOf("<s>", "▁a", "<unk>", "<unk>", "b"));
    }

    [Fact]
    public void AByteMayBeATokenByItself()
    {
        VocabularyContent content = TestVocabulary.Content(["▁"], byteTokens: false);
        content = content with { Tokens = [.. content.Tokens, [0xC3], [0xA9]], Scores = null, Types = null };
        TestVocabulary.Open(content).EncodeToIds("é").ShouldBe([1, 3, 4, 5]);
    }

    [Fact]
    public void WithoutUnknownTokenTheErrorNamesTheCharacter()
    {
        VocabularyContent content = TestVocabulary.Content(TestVocabulary.Words, byteTokens: false) with { UnknownId = null };
        Should.Throw<ModelGenException>(() => TestVocabulary.Open(content).EncodeToIds("aé😀")).Message.ShouldContain("'😀'");
    }

    [Theory]
    [InlineData(true, true, 1, 2)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 2)]
    [InlineData(false, false)]
    public void SpecialTokensAreAddedAsTheModelSays(bool addBos, bool addEos, params int[] expected)
    {
        Tokenizer tokenizer = TestVocabulary.Open(Chat with { AddBeginningOfSequence = addBos, AddEndOfSequence = addEos });
        tokenizer.EncodeToIds("").ShouldBe(expected);
        tokenizer.EncodeToIds("", addSpecialTokens: false).ShouldBeEmpty();
        tokenizer.CountTokens("abc").ShouldBe(expected.Length + 1);
        tokenizer.CountTokens("abc".AsSpan(), addSpecialTokens: false).ShouldBe(1);
    }

    [Fact]
    public void ATokenThatTheModelDoesNotHaveIsNotAdded()
    {
        VocabularyContent content = Chat with { BeginningOfSequenceId = null, EndOfSequenceId = null, AddEndOfSequence = true };
        TestVocabulary.Open(content).EncodeToIds("abc").ShouldBe(Chat.IdsOf("▁abc"));
    }

    [Fact]
    public void HalfOfASurrogatePairIsReadAsTheReplacementCharacter()
    {
        int[] replacement = Chat.IdsOf("▁", "<0xEF>", "<0xBF>", "<0xBD>");
        _tokenizer.EncodeToIds("\uD83D", addSpecialTokens: false).ShouldBe(replacement);
        _tokenizer.EncodeToIds("\uDE00", addSpecialTokens: false).ShouldBe(replacement);
        _tokenizer.EncodeToIds("\uDE00\uD83Da", addSpecialTokens: false)
            .ShouldBe([.. replacement, .. replacement.Skip(1), Chat.IdOf("a")]);
    }

    [Fact]
    public void NamesItsSpecialIds()
    {
        Tokenizer tokenizer = TestVocabulary.Open(Chat with { PaddingId = 7, EndOfTurnId = 8 });
        tokenizer.VocabularySize.ShouldBe(Chat.Tokens.Length);
        tokenizer.BeginningOfSequenceId.ShouldBe(1);
        tokenizer.EndOfSequenceId.ShouldBe(2);
        tokenizer.UnknownId.ShouldBe(0);
        tokenizer.PaddingId.ShouldBe(7);
        tokenizer.EndOfTurnId.ShouldBe(8);
        _tokenizer.PaddingId.ShouldBeNull();
        _tokenizer.EndOfTurnId.ShouldBeNull();
    }

    [Theory]
    [InlineData("</s>", true)]
    [InlineData("<|im_end|>", true)]
    [InlineData("<s>", false)]
    [InlineData("<|turn|>", false)]
    [InlineData("abc", false)]
    public void KnowsWhatEndsGeneration(string token, bool expected) =>
        _tokenizer.IsEndOfGeneration(Chat.IdOf(token)).ShouldBe(expected);

    [Fact]
    public void EndOfSequenceAndEndOfTurnEndGenerationWhateverTheirText()
    {
        Tokenizer tokenizer = TestVocabulary.Open(Chat with { EndOfSequenceId = Chat.IdOf("a"), EndOfTurnId = Chat.IdOf("b") });
        Enumerable.Range(0, tokenizer.VocabularySize).Where(tokenizer.IsEndOfGeneration)
            .ShouldBe(Chat.IdsOf("</s>", "a", "b", "<|im_end|>"), ignoreOrder: true);
    }

    [Fact]
    public void DecodesSpacesBytesAndNoControlTokens()
    {
        _tokenizer.Decode(Chat.IdsOf("<s>", "▁abc", "▁ab", "<0xC3>", "<0xA9>", "<|turn|>", "<unk>", "unused", "<tool>", "</s>"))
            .ShouldBe("abc abé<tool>");
        _tokenizer.Decode(Chat.IdsOf("<s>", "▁abc", "<|turn|>", "<unk>"), includeSpecialTokens: true).ShouldBe("<s> abc<|turn|><unk>");
        _tokenizer.Decode([]).ShouldBe("");
    }

    [Fact]
    public void DecodingTakesOneSpaceAwayWhereEncodingPutOne()
    {
        int[] ids = Chat.IdsOf("▁", "▁abc");
        _tokenizer.Decode(ids).ShouldBe(" abc");
        TestVocabulary.Open(Chat with { AddSpacePrefix = false }).Decode(ids).ShouldBe("  abc");
    }

    [Fact]
    public void BytesThatAreNotTextDecodeToTheReplacementCharacter() =>
        _tokenizer.Decode(Chat.IdsOf("a", "<0xFF>", "<0xE2>", "<0x96>", "b")).ShouldBe("a\uFFFD\uFFFDb");

    [Fact]
    public void IdsOutsideOfTheVocabularyAreRefused()
    {
        foreach (int id in new[] { -1, Chat.Tokens.Length, int.MaxValue, int.MinValue })
        {
            Should.Throw<ArgumentOutOfRangeException>(() => _tokenizer.Decode([1, id]))
                .Message.ShouldContain($"0 to {Chat.Tokens.Length - 1}");
            Should.Throw<ArgumentOutOfRangeException>(() => _tokenizer.IsEndOfGeneration(id));
        }
    }

    [Fact]
    public void NullArgumentsAreRefused()
    {
        Should.Throw<ArgumentNullException>(() => _tokenizer.EncodeToIds((string)null!));
        Should.Throw<ArgumentNullException>(() => _tokenizer.CountTokens((string)null!));
        Should.Throw<ArgumentNullException>(() => _tokenizer.Decode((IEnumerable<int>)null!));
    }
}
