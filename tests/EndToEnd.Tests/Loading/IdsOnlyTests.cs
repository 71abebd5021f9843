using System;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Loading;

/// <summary>A model whose tokenizer ModelGen does not have compiles, loads and answers for ids; text is one clear error.</summary>
public sealed class IdsOnlyTests
{
    private static readonly TinyModel Known = TinyModels.Smallest with { Name = "ids-and-text" };
    private static readonly TinyModel Unknown = Known with { Name = "ids-only", Tokenizer = "plamo2" };
    private static readonly int[] Text = TinyModels.Text(Known, seed: 9, length: 20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void IdsGiveTheBitsThatTheyGiveWithATokenizer(bool isPacked)
    {
        using CompiledDecoder known = ModelCompiler.Compile(Known).Load();
        using CompiledDecoder unknown = Load(isPacked);
        unknown.Tokenizer.VocabularySize.ShouldBe(Known.Vocabulary);
        using Session knownSession = known.CreateSession();
        using Session unknownSession = unknown.CreateSession();
        Logits.Bits(unknownSession.Evaluate(Text)).ShouldBe(Logits.Bits(knownSession.Evaluate(Text)));
        int next = Logits.Best(unknownSession.Evaluate([Text[0]]));
        next.ShouldBe(Logits.Best(knownSession.Evaluate([Text[0]])));
        unknownSession.Evaluate([next]);
        unknownSession.Position.ShouldBe(Text.Length + 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhateverNeedsTextNamesTheTokenizer(bool isPacked)
    {
        using CompiledDecoder model = Load(isPacked);
        using Session session = model.CreateSession();
        foreach (Action action in new Action[]
        {
            () => model.Tokenizer.EncodeToIds("a"),
            () => model.Tokenizer.CountTokens("a"),
            () => model.Tokenizer.Decode([3]),
            () => session.Generate("a").ToList(),
        })
        {
            Should.Throw<ModelGenException>(action).Message.ShouldContain("tokenizer is 'plamo2'");
        }

        // A session that refused text still takes ids.
        session.Evaluate(Text);
    }

    /// <summary>A vocabulary without texts, whatever tokenizer the file names: ids are all there is, and their number is the model's.</summary>
    [Theory]
    [InlineData("none", true)]
    [InlineData("none", false)]
    [InlineData("llama", false)]
    [InlineData("gpt2", true)]
    [InlineData(null, false)]
    public void AMissingVocabularyLeavesTheIds(string? tokenizer, bool namesSize)
    {
        GgufEdit edit = GgufEdit.Of(Known.ToArray())
            .Remove("tokenizer.ggml.model", "tokenizer.ggml.tokens", "tokenizer.ggml.scores")
            .Set(writer => writer.AddUInt32("tokenizer.ggml.unknown_token_id", 100_000));
        edit = tokenizer is null ? edit : edit.Set(writer => writer.AddString("tokenizer.ggml.model", tokenizer));
        edit = namesSize ? edit.Set(writer => writer.AddUInt32("llama.vocab_size", (uint)Known.Vocabulary)) : edit;
        CompiledClass compiled = ModelCompiler.Compile(TemporaryFiles.Write("no-vocabulary.gguf", edit.ToArray()));
        using CompiledDecoder known = ModelCompiler.Compile(Known).Load();
        using Session knownSession = known.CreateSession();
        foreach (CompiledDecoder model in new[]
        {
            compiled.Load(), compiled.Load(TemporaryFiles.Write("no-vocabulary.weights", PackedFiles.Pack(compiled.Path))),
        })
        {
            using (model)
            {
                model.Tokenizer.VocabularySize.ShouldBe(Known.Vocabulary);
                model.Tokenizer.EndOfSequenceId.ShouldBe(2);
                model.Tokenizer.UnknownId.ShouldBeNull();
                using Session session = model.CreateSession();
                knownSession.Rewind(0);
                Logits.Bits(session.Evaluate(Text)).ShouldBe(Logits.Bits(knownSession.Evaluate(Text)));
                Should.Throw<ModelGenException>(() => model.Tokenizer.EncodeToIds("a")).Message.ShouldBe(
                    "The model's file names no tokenizer, or has no vocabulary, so text cannot be turned into ids or back; encode text with a tokenizer "
                    + "of your own, pass its ids to Session.Evaluate and read the logits.");
                Should.Throw<ModelGenException>(() => session.Generate("a").ToList()).Message.ShouldStartWith("The model's file names no tokenizer");
            }
        }
    }

    /// <summary>Text of a model with a vocabulary needs one: a file without is another model.</summary>
    [Fact]
    public void AProgramWithAVocabularyTakesNoFileWithout()
    {
        byte[] missing = GgufEdit.Of(Known.ToArray()).Remove("tokenizer.ggml.tokens").ToArray();
        string path = TemporaryFiles.Write("no-vocabulary.gguf", missing);
        Should.Throw<ModelGenException>(() => ModelCompiler.Compile(Known).Load(path)).Message.ShouldContain("has other shapes");
    }

    private static CompiledDecoder Load(bool isPacked)
    {
        CompiledClass compiled = ModelCompiler.Compile(Unknown);
        return isPacked ? compiled.Load(TemporaryFiles.Write("ids-only.weights", PackedFiles.Pack(compiled.Path))) : compiled.Load();
    }
}
