using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ModelGen.Tests.Shared;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Fuzz.Tests.NamedCases;

/// <summary>Vocabularies whose parts do not fit together, and what users read of them.</summary>
public sealed class VocabularyCases
{
    private static readonly string[] Tokens = ["<unk>", "<s>", "</s>", "a"];

    [Theory]
    [InlineData("tokenizer.ggml.scores")]
    [InlineData("tokenizer.ggml.token_type")]
    public void ArraysThatAreTooShort(string key) => Refusals.OfVocabulary(WithArray(key, 3))
        .ShouldBe($"The vocabulary has 4 tokens but 3 elements in {key}; convert the model again.");

    [Fact]
    public void TypesOfTheWrongType() => Refusals.OfVocabulary(Vocabulary().AddStrings("tokenizer.ggml.token_type", Tokens))
        .ShouldBe("test.gguf: metadata key 'tokenizer.ggml.token_type' is an array of string, not of integers.");

    [Fact]
    public void ScoresOfTheWrongType() => Refusals.OfVocabulary(Vocabulary().AddStrings("tokenizer.ggml.scores", Tokens))
        .ShouldBe("test.gguf: metadata key 'tokenizer.ggml.scores' is an array of string, not of float32.");

    [Fact]
    public void ScoresThatAreNoArray() => Refusals.OfVocabulary(Vocabulary().AddUInt32("tokenizer.ggml.scores", 1))
        .ShouldBe("test.gguf: metadata key 'tokenizer.ggml.scores' is no array.");

    [Fact]
    public void TokensOfTheWrongType() => Refusals.OfVocabulary(new GgufWriter().AddString("tokenizer.ggml.model", "llama").AddInt32s("tokenizer.ggml.tokens", 1, 2))
        .ShouldBe("test.gguf: metadata key 'tokenizer.ggml.tokens' is an array of int32, not of strings.");

    [Fact]
    public void TypesBeyondThirtyTwoBits() => Refusals.OfVocabulary(Vocabulary().AddArray(
            "tokenizer.ggml.token_type", GgufWriter.ValueType.UInt64, [1UL, 1UL, ulong.MaxValue, 1UL], (writer, value) => writer.Write(value)))
        .ShouldBe("test.gguf: metadata key 'tokenizer.ggml.token_type' has the element 18446744073709551615, which is beyond 32 bits.");

    [Fact]
    public void ScoresThatAreNoNumbers() => Refusals.OfVocabulary(Vocabulary().AddFloats("tokenizer.ggml.scores", 0, float.NaN, 0, 0))
        .ShouldBe("The score of token 1 (tokenizer.ggml.scores) is not a number; convert the model again.");

    /// <summary>Converters have written ids that no vocabulary has to say that there is none: they are none, and never an index.</summary>
    [Theory]
    [InlineData("bos", uint.MaxValue)]
    [InlineData("eos", 4u)]
    [InlineData("unknown", 1u << 31)]
    [InlineData("eot", 1000u)]
    [InlineData("padding", uint.MaxValue)]
    [InlineData("seperator", uint.MaxValue)]
    public void SpecialIdsOutsideOfTheVocabularyAreNone(string name, uint id)
    {
        GgufWriter writer = Vocabulary().AddUInt32($"tokenizer.ggml.{name}_token_id", id);
        Tokenizer tokenizer = Tokenizer.Create(VocabularyContent.From(Refusals.Read(writer.ToArray())));
        IEnumerable<int?> ids =
        [
            tokenizer.BeginningOfSequenceId, tokenizer.EndOfSequenceId, tokenizer.EndOfTurnId, tokenizer.UnknownId, tokenizer.PaddingId,
            tokenizer.SeparatorId, .. tokenizer.EncodeToIds("aa").Select(token => (int?)token),
        ];
        ids.ShouldAllBe(token => token == null || (token >= 0 && token < Tokens.Length));
    }

    [Fact]
    public void SpecialIdsThatAreNoIntegers() => Refusals.OfVocabulary(Vocabulary().AddString("tokenizer.ggml.bos_token_id", "1"))
        .ShouldBe("test.gguf: metadata key tokenizer.ggml.bos_token_id is no integer. Convert the model again.");

    /// <summary>What a program passes on by itself is checked as well.</summary>
    [Fact]
    public void SpecialIdsOutsideOfTheVocabularyAreNotPacked() => Refusals.Of(() => VocabularyWriter.Write(new VocabularyContent
        {
            Model = "llama", Tokens = [.. Tokens.Select(Encoding.UTF8.GetBytes)], BeginningOfSequenceId = 4,
        })).ShouldBe("tokenizer.ggml.bos_token_id is 4, but the vocabulary's ids are 0 to 3; convert the model again.");

    private static GgufWriter Vocabulary() => new GgufWriter().AddString("tokenizer.ggml.model", "llama").AddStrings("tokenizer.ggml.tokens", Tokens);

    private static GgufWriter WithArray(string key, int count) => key.EndsWith("scores", StringComparison.Ordinal)
        ? Vocabulary().AddFloats(key, Enumerable.Repeat(0f, count))
        : Vocabulary().AddInt32s(key, Enumerable.Repeat(TokenType.Normal, count));
}
