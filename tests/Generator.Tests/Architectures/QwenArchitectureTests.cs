using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using ModelGen.Layout;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>What sets qwen2, qwen3 and llama with stretched rotations apart from llama.</summary>
public sealed class QwenArchitectureTests
{
    private static readonly TestModel Qwen2 = new()
    {
        ArchitectureName = "qwen2",
        TensorChanges =
        [
            .. Enumerable.Range(0, 2).SelectMany(layer => new[]
            {
                Change($"blk.{layer}.attn_q.bias", 64), Change($"blk.{layer}.attn_k.bias", 32), Change($"blk.{layer}.attn_v.bias", 32),
            }),
        ],
    };

    private static readonly TestModel Qwen3 = new()
    {
        ArchitectureName = "qwen3",
        TensorChanges =
        [
            .. Enumerable.Range(0, 2).SelectMany(layer => new[]
            {
                Change($"blk.{layer}.attn_q_norm.weight", 16), Change($"blk.{layer}.attn_k_norm.weight", 16),
            }),
        ],
    };

    [Fact]
    public void Qwen2HasBiasesAndTurnsHalves()
    {
        ModelSpec spec = Qwen2.Spec;
        spec.Rotaries[0].Pairing.ShouldBe(RotaryPairing.Halves);
        spec.Layers[1].Attention().QueryBias!.Columns.ShouldBe(64);
        spec.Layers[1].Attention().KeyBias!.Columns.ShouldBe(32);
        spec.Layers[1].Attention().ValueBias!.Columns.ShouldBe(32);
        spec.Layers[1].Attention().QueryNorm.ShouldBeNull();
        WeightLayout.Create(spec).Layers[0].Attention().Projections.Select(vector => vector.Name).ShouldBe(["QueryBias", "KeyBias", "ValueBias"]);
    }

    [Fact]
    public void Qwen3HasHeadNormsAndTurnsHalves()
    {
        ModelSpec spec = Qwen3.Spec;
        spec.Rotaries[0].Pairing.ShouldBe(RotaryPairing.Halves);
        spec.Layers[0].Attention().QueryNorm!.Weight!.Columns.ShouldBe(16);
        spec.Layers[0].Attention().KeyNorm!.Weight!.Columns.ShouldBe(16);
        spec.Layers[0].Attention().QueryBias.ShouldBeNull();
    }

    [Fact]
    public void LlamaMayStretchItsRotation()
    {
        ModelSpec spec = new TestModel { TensorChanges = [Change("rope_freqs.weight", 8)] }.Spec;
        spec.Rotaries[0].Pairing.ShouldBe(RotaryPairing.Adjacent);
        spec.Rotaries[0].Factors!.Columns.ShouldBe(8);
        WeightLayout.Create(spec).FindShared(WeightLayout.RotaryFactors(0)).ShouldNotBeNull();
        new TestModel().Spec.Rotaries[0].Factors.ShouldBeNull();
    }

    [Fact]
    public void WhatOneArchitectureHasTheOthersRefuse()
    {
        Qwen2.WithoutTensor("blk.1.attn_k.bias").Spec.Layers[1].Attention().KeyBias.ShouldBeNull();
        Problems(Qwen3.WithoutTensor("blk.0.attn_q_norm.weight")).ShouldBe(["MissingTensor blk.0.attn_q_norm.weight [16]"]);
        Problems(Qwen2 with { ArchitectureName = "qwen3" }).ShouldContain("MissingTensor blk.0.attn_q_norm.weight [16]");
        Problems(Qwen3 with { ArchitectureName = "llama" }).ShouldContain("UnknownTensor blk.0.attn_q_norm.weight llama");
        Problems(Qwen3 with { TensorChanges = [.. Qwen3.TensorChanges, Change("rope_freqs.weight", 8)] })
            .ShouldBe(["UnknownTensor rope_freqs.weight qwen3"]);
        Problems(new TestModel { TensorChanges = [Change("rope_freqs.weight", 7)] })
            .ShouldBe(["WrongShape rope_freqs.weight [7] [8]"]);
    }

    private static string[] Problems(TestModel model) =>
        [.. Architecture.Recognise(model.Header).Problems.Select(problem => string.Join(" ", [problem.Kind.ToString(), .. problem.Arguments]))];

    private static (string Name, GgufTensor? Tensor) Change(string name, int length) => (name, TestModel.Tensor(name, TestModel.F32, length));
}
