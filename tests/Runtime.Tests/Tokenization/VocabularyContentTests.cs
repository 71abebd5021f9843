using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using ModelGen.Gguf;
using ModelGen.Vocabularies;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Tokenization;

/// <summary>How a vocabulary is read from the keys of a GGUF file.</summary>
public sealed class VocabularyContentTests
{
    private static readonly string[] Tokens = ["<unk>", "<s>", "</s>", "a", "b"];

    [Fact]
    public void EveryKeyIsRead()
    {
        VocabularyContent content = Read(Writer("llama")
            .AddString("general.name", "name")
            .AddString("tokenizer.ggml.pre", "default")
            .AddFloats("tokenizer.ggml.scores", 0, -1, -2, -3, -4)
            .AddInt32s("tokenizer.ggml.token_type", 2, 3, 3, 1, 1)
            .AddUInt32("tokenizer.ggml.bos_token_id", 2)
            .AddUInt32("tokenizer.ggml.eos_token_id", 1)
            .AddUInt32("tokenizer.ggml.eot_token_id", 3)
            .AddUInt32("tokenizer.ggml.unknown_token_id", 4)
            .AddUInt32("tokenizer.ggml.padding_token_id", 0)
            .AddBool("tokenizer.ggml.add_bos_token", false)
            .AddBool("tokenizer.ggml.add_eos_token", true)
            .AddBool("tokenizer.ggml.add_space_prefix", false));
        (content.Model, content.Pre, content.ModelName).ShouldBe(("llama", "default", "name"));
        content.Tokens.Select(Encoding.UTF8.GetString).ShouldBe(Tokens);
        content.Scores.ShouldBe([0, -1, -2, -3, -4]);
        content.Types.ShouldBe([2, 3, 3, 1, 1]);
        (content.BeginningOfSequenceId, content.EndOfSequenceId, content.EndOfTurnId).ShouldBe((2, 1, 3));
        (content.UnknownId, content.PaddingId).ShouldBe((4, 0));
        (content.AddBeginningOfSequence, content.AddEndOfSequence, content.AddSpacePrefix).ShouldBe((false, true, false));
    }

    [Fact]
    public void AbsentKeysOfASentencePieceVocabularyAreThoseOfLLaMA()
    {
        VocabularyContent content = Read(Writer("llama"));
        (content.Pre, content.ModelName, content.Scores, content.Types).ShouldBe((null, null, null, null));
        (content.UnknownId, content.BeginningOfSequenceId, content.EndOfSequenceId).ShouldBe((0, 1, 2));
        (content.EndOfTurnId, content.PaddingId).ShouldBe((null, null));
        (content.AddBeginningOfSequence, content.AddEndOfSequence, content.AddSpacePrefix).ShouldBe((true, false, true));
    }

    /// <summary>The ids that llama.cpp takes for a kind of tokenizer whose file names none, and what it adds to a text.</summary>
    [Theory]
    [InlineData("llama", null, 1, 2, 0, null, null, true, false, true)]
    [InlineData("gpt2", "gpt-2", 11, 11, null, null, null, false, false, false)]
    [InlineData("gpt2", "llama-bpe", 11, 11, null, null, null, true, false, false)]
    [InlineData("gpt2", "glm4", null, 11, null, null, null, false, false, false)]
    [InlineData("gpt2", "chameleon", 11, 11, null, null, null, true, false, false)]
    [InlineData("gemma4", null, null, null, null, null, null, true, false, false)]
    [InlineData("bert", null, 101, null, 100, 0, 102, true, false, false)]
    [InlineData("t5", null, null, 1, 2, 0, null, false, true, false)]
    [InlineData("rwkv", null, null, null, null, null, null, false, false, false)]
    public void AbsentKeysHaveTheDefaultsOfTheirKind(
        string model, string? pre, int? bos, int? eos, int? unknown, int? padding, int? separator, bool addsBos, bool addsEos, bool addsSpace)
    {
        GgufWriter writer = new GgufWriter()
            .AddString("tokenizer.ggml.model", model)
            .AddStrings("tokenizer.ggml.tokens", Enumerable.Range(0, 200).Select(id => "t" + id.ToString(CultureInfo.InvariantCulture)))
            .AddStrings("tokenizer.ggml.merges", "t 1");
        VocabularyContent content = Read(pre is null ? writer : writer.AddString("tokenizer.ggml.pre", pre));
        (content.BeginningOfSequenceId, content.EndOfSequenceId, content.UnknownId).ShouldBe((bos, eos, unknown));
        (content.PaddingId, content.SeparatorId).ShouldBe((padding, separator));
        (content.AddBeginningOfSequence, content.AddEndOfSequence, content.AddSpacePrefix).ShouldBe((addsBos, addsEos, addsSpace));
    }

    [Fact]
    public void AnIdThatNoTokenHasIsNone()
    {
        VocabularyContent content = Read(Writer("llama")
            .AddUInt32("tokenizer.ggml.padding_token_id", uint.MaxValue)
            .AddInt32("tokenizer.ggml.eos_token_id", -1));
        content.PaddingId.ShouldBeNull();
        content.EndOfSequenceId.ShouldBe(2);
        GgufWriter twoTokens = new GgufWriter().AddString("tokenizer.ggml.model", "llama").AddStrings("tokenizer.ggml.tokens", "a", "b");
        Read(twoTokens).EndOfSequenceId.ShouldBeNull();
    }

    [Fact]
    public void ScoresMayBeIntegers() =>
        Read(Writer("llama").AddInt32s("tokenizer.ggml.scores", 0, -1, -2, -3, -4)).Scores.ShouldBe([0, -1, -2, -3, -4]);

    [Fact]
    public void WhatIsMissingOrOfTheWrongTypeIsNamed()
    {
        Message(new GgufWriter().AddString("tokenizer.ggml.model", "llama")).ShouldContain("tokenizer.ggml.tokens");
        Message(new GgufWriter().AddStrings("tokenizer.ggml.tokens", Tokens)).ShouldContain("tokenizer.ggml.model is missing");
        Message(Writer("llama").AddString("tokenizer.ggml.bos_token_id", "1")).ShouldContain("tokenizer.ggml.bos_token_id is no integer");
        Message(Writer("llama").AddUInt32("tokenizer.ggml.add_bos_token", 1)).ShouldContain("tokenizer.ggml.add_bos_token is no boolean");
        Message(Writer("llama").AddUInt32("tokenizer.ggml.pre", 1)).ShouldContain("tokenizer.ggml.pre is no string");
        Message(Writer("llama").AddUInt32("tokenizer.ggml.scores", 1)).ShouldContain("tokenizer.ggml.scores");
        Message(Writer("llama").AddFloats("tokenizer.ggml.token_type", 1)).ShouldContain("tokenizer.ggml.token_type");

        static string Message(GgufWriter writer) => Should.Throw<ModelGenException>(() => Read(writer)).Message;
    }

    /// <summary>What goes between two texts: the file says it, or the pre-tokenizer's name.</summary>
    [Theory]
    [InlineData("jina-v2-code", null, true)]
    [InlineData("roberta-bpe", null, true)]
    [InlineData("roberta-bpe", false, false)]
    [InlineData("gpt-2", null, false)]
    [InlineData("gpt-2", true, true)]
    public void TheSeparatorBetweenTwoTexts(string pre, bool? key, bool isAdded)
    {
        GgufWriter writer = Writer("gpt2").AddString("tokenizer.ggml.pre", pre).AddStrings("tokenizer.ggml.merges", "a b");
        Read(key is bool value ? writer.AddBool("tokenizer.ggml.add_sep_token", value) : writer).AddSeparator.ShouldBe(isAdded);
    }

    private static GgufWriter Writer(string model) =>
        new GgufWriter().AddString("tokenizer.ggml.model", model).AddStrings("tokenizer.ggml.tokens", Tokens);

    private static VocabularyContent Read(GgufWriter writer)
    {
        MemoryStream file = new(writer.AddString("general.architecture", "llama").ToArray());
        return VocabularyContent.From(GgufHeaderReader.Read(file, "test.gguf"));
    }
}
