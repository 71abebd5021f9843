using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Layout;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>
/// Latent attentions as they are read, laid out and planned. That every architecture has the right ones, the answers of llama.cpp test
/// (EndToEnd.Tests).
/// </summary>
public sealed class LatentTraitTests
{
    private const int Rank = 32;
    private const int Key = 32;
    private const int Rotary = 16;
    private const int Value = 32;
    private const int Heads = 4;

    // Of one tensor for keys and values, and queries of x.
    private static TestModel Whole => Model(isWhole: true);

    private static TestModel Apart => Model(isWhole: false);

    [Fact]
    public void MatricesOfHeadsMayStandApart()
    {
        LatentAttentionSpec latent = Latent(Apart);
        latent.Shape.ShouldBe(new LatentShape(Heads, Rank, Key, Rotary, Value));
        latent.KeyUp.ShouldBe(new TensorSpec("blk.0.attn_k_b.weight", TestModel.Q8_0, Key, Rank, Count: Heads, Pitch: Key * Rank));
        latent.ValueUp.ShouldBe(new TensorSpec("blk.0.attn_v_b.weight", TestModel.Q8_0, Rank, Value, Count: Heads, Pitch: Rank * Value));
        latent.QueryDown.ShouldBeNull();
    }

    [Fact]
    public void OrBeOneTensorWhoseKeysAreTurned()
    {
        LatentAttentionSpec latent = Latent(Whole);
        const int Pitch = Rank * (Key + Value);
        latent.KeyUp.ShouldBe(new TensorSpec("blk.0.attn_kv_b.weight", TestModel.Q8_0, Key, Rank, Count: Heads, Pitch: Pitch, IsTransposed: true));
        latent.ValueUp.ShouldBe(
            new TensorSpec("blk.0.attn_kv_b.weight", TestModel.Q8_0, Rank, Value, First: Rank * Key, Count: Heads, Pitch: Pitch));

        var packed = (PackedLatentAttention)WeightLayout.Create(Whole.Spec).Layers[0].Mixers.Single();
        packed.KeyUp.Format.Name.ShouldBe("F16");
        packed.KeyUp.Length.ShouldBe(Heads * Key * Rank * 2);
        packed.ValueUp.Format.Name.ShouldBe("Q8_0");
    }

    [Fact]
    public void QueriesMayBeProductsOfAShorterVector()
    {
        TestModel model = new[] { 0, 1 }.Aggregate(Apart.With("deepseek2.attention.q_lora_rank", TestModel.Integer(64)), (changed, layer) => changed
            .WithoutTensor($"blk.{layer}.attn_q.weight")
            .With(TestModel.Tensor($"blk.{layer}.attn_q_a.weight", TestModel.Q8_0, 64, 64))
            .With(TestModel.Tensor($"blk.{layer}.attn_q_a_norm.weight", TestModel.F32, 64))
            .With(TestModel.Tensor($"blk.{layer}.attn_q_b.weight", TestModel.Q8_0, 64, Heads * (Key + Rotary))));
        LatentAttentionSpec latent = Latent(model);
        latent.QueryDown.ShouldNotBeNull().Rows.ShouldBe(64);
        latent.Query.Columns.ShouldBe(64);
        model.Plan.Jobs.Select(job => job.Name).ShouldContain("QueryNorm");
    }

    /// <summary>Positions cost the latent and the shared key, and no values beside them, however many heads there are.</summary>
    [Theory]
    [InlineData(KeyValueFormat.Float32, 4.0)]
    [InlineData(KeyValueFormat.Int16, 2.0)]
    [InlineData(KeyValueFormat.Int8, 1.0)]
    public void TheLatentIsAllThatIsRemembered(KeyValueFormat format, double bytesOfElement)
    {
        ModelPlan plan = (Apart with { KeyValueFormat = format }).Plan;
        StateClassPlan state = plan.State.Classes.ShouldHaveSingleItem();
        StatePartPlan part = state.Parts.ShouldHaveSingleItem();
        part.Heads.ShouldBe(plan.Spec.Layers.Count);
        part.Layout.ValueBlockBytes.ShouldBe(0);
        int padding = format == KeyValueFormat.Int8 ? 64 : 32;
        int length = (Rank + Rotary + padding - 1) / padding * padding;
        double scales = part.Layout.KeyScaleGroups * sizeof(float);
        (state.PageBytes / (double)plan.State.PagePositions / part.Heads).ShouldBe(length * bytesOfElement + scales);
        plan.State.FixedBytes.ShouldBe(0);
    }

    [Theory]
    [InlineData("attention.value_length_mla", 24, "is 24, which is no multiple of 16")]
    [InlineData("attention.key_length_mla", 16, "is 16 a head, of which 16 meet the shared key: there is nothing that meets the latent")]
    [InlineData("attention.kv_lora_rank", 0, "must be from 1 to 16777216, not 0")]
    public void SizesThatCannotBeComputedAreNamed(string key, int value, string problem) =>
        Problems(Apart.With("deepseek2." + key, TestModel.Integer(value)))
            .ShouldContain($"metadata key 'deepseek2.{key.Replace("key_length_mla", "key_length", StringComparison.Ordinal)}' {problem}");

    [Fact]
    public void WhatIsRememberedMustBeTheLatentAndTheSharedKey() =>
        Problems(Apart.With("deepseek2.attention.key_length", TestModel.Integer(64))).ShouldContain(problem => problem.Contains("attention.key_length", StringComparison.Ordinal));

    private static LatentAttentionSpec Latent(TestModel model) => model.Spec.Layers[0].Mixers.Single().ShouldBeOfType<LatentAttentionSpec>();

    private static IEnumerable<string> Problems(TestModel model) => Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message);

    private static TestModel Model(bool isWhole)
    {
        TestModel model = new TestModel { ArchitectureName = "deepseek2" }
            .With("deepseek2.rope.dimension_count", TestModel.Integer(Rotary))
            .With("deepseek2.attention.kv_lora_rank", TestModel.Integer(Rank))
            .With("deepseek2.attention.key_length", TestModel.Integer(isWhole ? Key + Rotary : Rank + Rotary))
            .With("deepseek2.attention.value_length", TestModel.Integer(isWhole ? Value : Rank));
        if (!isWhole)
        {
            model = model
                .With("deepseek2.attention.key_length_mla", TestModel.Integer(Key + Rotary))
                .With("deepseek2.attention.value_length_mla", TestModel.Integer(Value));
        }

        for (int layer = 0; layer < model.Layers; layer++)
        {
            string prefix = $"blk.{layer}.attn_";
            model = model
                .WithoutTensor(prefix + "k.weight")
                .WithoutTensor(prefix + "v.weight")
                .With(TestModel.Tensor(prefix + "q.weight", TestModel.Q8_0, 64, Heads * (Key + Rotary)))
                .With(TestModel.Tensor(prefix + "kv_a_mqa.weight", TestModel.Q8_0, 64, Rank + Rotary))
                .With(TestModel.Tensor(prefix + "kv_a_norm.weight", TestModel.F32, Rank))
                .With(TestModel.Tensor(prefix + "output.weight", TestModel.Q8_0, Heads * Value, 64));
            model = isWhole
                ? model.With(TestModel.Tensor(prefix + "kv_b.weight", TestModel.Q8_0, Rank, Heads * (Key + Value)))
                : model
                    .With(TestModel.Tensor(prefix + "k_b.weight", TestModel.Q8_0, Key, Rank, Heads))
                    .With(TestModel.Tensor(prefix + "v_b.weight", TestModel.Q8_0, Rank, Value, Heads));
        }

        return model;
    }
}
