using System;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>What the shape hash depends on, and what it does not.</summary>
public sealed class ShapeHashTests
{
    private static readonly TestModel Model = new();

    /// <summary>The text behind the hash is a contract between programs and packed files: another text needs another version word.</summary>
    [Fact]
    public void IsTheSameInEveryVersion() =>
        Model.Spec.ShapeHash.ShouldBe("4aece8c7c0b7481bc7042f33b08047383d0cbce4a21ab3379628d83e1c392b1a");

    [Fact]
    public void IsOfTheShapeOnly()
    {
        string hash = Model.Spec.ShapeHash;
        (Model with { Name = "A fine-tune" }).Spec.ShapeHash.ShouldBe(hash);
        HashOf(header => header with { Metadata = header.Metadata.Reverse().ToEquatableArray() }).ShouldBe(hash);
        HashOf(header => header with { Tensors = header.Tensors.Reverse().ToEquatableArray() }).ShouldBe(hash);
        HashOf(header => header with { Alignment = 4096, DataOffset = 4096, HeaderHash = new string('1', 64) }).ShouldBe(hash);
        Model.With("general.file_type", TestModel.Integer(7)).Spec.ShapeHash.ShouldBe(hash);
        Model.With("tokenizer.ggml.bos_token_id", TestModel.Integer(7)).Spec.ShapeHash.ShouldBe(hash);
    }

    /// <summary>Files that say the same in other words run on the same code.</summary>
    [Fact]
    public void IsTheSameForOtherWordsOfTheSame()
    {
        string hash = Model.Spec.ShapeHash;
        Model.With("llama.attention.causal", new GgufValue(GgufValueType.Bool, Integer: 1)).Spec.ShapeHash.ShouldBe(hash);
        Model.With("llama.rope.scaling.type", TestModel.Text("linear")).Spec.ShapeHash.ShouldBe(hash);
        Model.With("llama.rope.freq_base", null).Spec.ShapeHash.ShouldBe(hash);
        Model.With("llama.rope.dimension_count", null).Spec.ShapeHash.ShouldBe(hash);
        Model.With("llama.attention.value_length", null).Spec.ShapeHash.ShouldBe(hash);
        Model.With("llama.vocab_size", null).Spec.ShapeHash.ShouldBe(hash);
        Model.With("llama.tensor_data_layout", TestModel.Text("x")).Spec.ShapeHash.ShouldBe(hash);
        Model.With("llama.attention.head_count", new GgufValue(GgufValueType.Int64, Integer: 4)).Spec.ShapeHash.ShouldBe(hash);
        GgufValue[] entries = [TestModel.Integer(2), TestModel.Integer(2)];
        Model.With("llama.attention.head_count_kv", new GgufValue(
            GgufValueType.Array, Array: new GgufArray(GgufValueType.UInt32, 2, new string('0', 64), entries.ToEquatableArray()))).Spec.ShapeHash.ShouldBe(hash);
        HashOf(header => header with
        {
            Tensors = header.Tensors.Select(tensor => tensor with { Shape = tensor.Shape.Append(1).ToEquatableArray() }).ToEquatableArray(),
        }).ShouldBe(hash);
    }

    [Fact]
    public void IsOfAllThatCodeDependsOn()
    {
        TestModel[] models =
        [
            Model,
            Model with { ArchitectureName = "internlm2" },
            Model.With("llama.rope.freq_base", TestModel.Real(10001)),
            Model.With("llama.rope.scaling.factor", TestModel.Real(2)),
            Model.With("llama.context_length", TestModel.Integer(47)),
            Model.With("llama.attention.layer_norm_rms_epsilon", TestModel.Real(1e-6f)),
            Model.With("tokenizer.ggml.model", TestModel.Text("gpt2")),
            Model.With("tokenizer.ggml.pre", TestModel.Text("qwen2")),
            Model.With("tokenizer.ggml.tokens", null),
            Model with { Vocabulary = 96 },
            Model with { Format = TestModel.Q4_0 },
            Model with { IsTied = true },
            Model.With(TestModel.Tensor("blk.0.attn_norm.weight", TestModel.F16, 64)),
        ];
        models.Select(model => model.Spec.ShapeHash).ShouldBeUnique();
    }

    /// <summary>Keys without the architecture's name before them are in the hash because they were asked for, and only then.</summary>
    [Fact]
    public void FollowsFromWhatWasAskedFor()
    {
        TestModel apertus = DecoderTraitTests.Apertus();
        foreach (string key in new[] { "xielu.alpha_p", "xielu.alpha_n", "xielu.beta", "xielu.eps" })
        {
            apertus.With(key, TestModel.Real(0.125f)).Spec.ShapeHash.ShouldNotBe(apertus.Spec.ShapeHash, key);
            Model.With(key, TestModel.Real(0.125f)).Spec.ShapeHash.ShouldBe(Model.Spec.ShapeHash, key);
        }

        // One number for all layers is the number of each.
        GgufValue[] entries = [TestModel.Real(0.25f), TestModel.Real(0.25f)];
        apertus.With("xielu.alpha_p", new GgufValue(
            GgufValueType.Array, Array: new GgufArray(GgufValueType.Float32, 2, new string('0', 64), entries.ToEquatableArray())))
            .Spec.ShapeHash.ShouldBe(apertus.Spec.ShapeHash);
    }

    /// <summary>Specs that differ have hashes that differ: whatever an answer changes in the spec is in the hash.</summary>
    [Fact]
    public void TwoSpecsNeverShareAHash()
    {
        TestModel[] models =
        [
            .. new[] { Model, DecoderTraitTests.Gemma2(), DecoderTraitTests.Gemma3(2), DecoderTraitTests.Granite(), DecoderTraitTests.Gpt2(), DecoderTraitTests.Apertus() }
                .SelectMany(model => model.Header.Metadata
                    .Where(entry => entry.Key != "general.architecture")
                    .SelectMany(entry => new GgufValue?[] { null, TestModel.Integer(1), TestModel.Integer(2), TestModel.Real(0), TestModel.Real(0.5f), TestModel.Real(3) }
                        .Select(value => model.With(entry.Key, value)))),
        ];
        ModelSpec[] specs = [.. models.Select(model => Architecture.Recognise(model.Header).Spec).OfType<ModelSpec>()];
        specs.Length.ShouldBeGreaterThan(50);
        foreach (IGrouping<string, ModelSpec> same in specs.GroupBy(spec => spec.ShapeHash))
        {
            same.Select(spec => spec with { Name = "" }).Distinct().Count().ShouldBe(1);
        }
    }

    [Fact]
    public void IsTheSameFromFileAndFromSnapshot()
    {
        GgufHeader header = Model.Header;
        Architecture.Recognise(GgufSnapshot.Parse(GgufSnapshot.Write(header, "x.gguf"))).Spec!.ShapeHash.ShouldBe(Model.Spec.ShapeHash);
    }

    private static string HashOf(Func<GgufHeader, GgufHeader> change) => Architecture.Recognise(change(Model.Header)).Spec!.ShapeHash;
}
