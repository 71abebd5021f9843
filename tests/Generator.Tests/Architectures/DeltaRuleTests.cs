using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using ModelGen.Layout;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>Models of gated delta rules and gated attention, as their files have them.</summary>
public sealed class DeltaRuleTests
{
    private const int Embedding = 64;
    private const int Dimension = 16;
    private const int Keys = 2;
    private const int Values = 4;
    private const int Channels = Dimension * (2 * Keys + Values);

    [Fact]
    public void EveryFourthLayerIsAttentionWithAGate()
    {
        ModelSpec spec = Qwen35().Spec;
        spec.Layers.Select(layer => layer.Mixers.Single().Name).ShouldBe(["DeltaRule", "DeltaRule", "DeltaRule", "Attention"]);

        // Of each head the rows of its query, then those of its gate.
        AttentionSpec attention = spec.Layers[3].Attention();
        TensorSpec queries = new("blk.3.attn_q.weight", TestModel.Q8_0, Embedding, 64, Run: 16, RunPitch: 32 * Embedding);
        attention.Query.ShouldBe(queries);
        attention.OutputGate.ShouldBe(queries with { First = 16 * Embedding });

        DeltaRuleSpec delta = (DeltaRuleSpec)spec.Layers[1].Mixers.Single();
        delta.Heads.ShouldBe(new DeltaRuleHeads(Keys, Values, Dimension, Dimension, AreNeighbours: false));
        Enumerable.Range(0, Values).Select(delta.Heads.KeyHeadOf).ShouldBe([0, 1, 0, 1]);
        delta.Value.ShouldBe(new TensorSpec("blk.1.attn_qkv.weight", TestModel.Q8_0, Embedding, 64, First: 64 * Embedding));
        delta.Beta.Name.ShouldBe("blk.1.ssm_beta.weight");
    }

    [Fact]
    public void TheFileMaySayWhichLayersAreRecurrent()
    {
        TestModel model = Qwen35(period: 2).With("qwen35.full_attention_interval", null);
        GgufValue[] flags = [Flag(true), Flag(false), Flag(true), Flag(false)];
        model.With("qwen35.attention.recurrent_layers", Array(flags)).Spec.Layers.Select(layer => layer.Mixers.Single().Name)
            .ShouldBe(["DeltaRule", "Attention", "DeltaRule", "Attention"]);
        Messages(model.With("qwen35.attention.recurrent_layers", Array(flags[..3]))).ShouldBe(
            ["metadata key 'qwen35.attention.recurrent_layers' must have true or false for each of 4 layers, not [true, false, true]"]);
    }

    [Fact]
    public void LayersThatPredictAheadAreLeftOut()
    {
        TestModel model = Qwen35();
        TestModel more = model.With("qwen35.block_count", TestModel.Integer(5)).With("qwen35.nextn_predict_layers", TestModel.Integer(1))
            .With(TestModel.Tensor("blk.4.nextn.eh_proj.weight", TestModel.Q8_0, 128, 64));
        more.Spec.Layers.ShouldBe(model.Spec.Layers);
    }

    /// <summary>Older files have in one matrix of each key head its query, key, values and gates, and all have β and decays so.</summary>
    [Fact]
    public void WhatBelongsToAKeyHeadMayStandTogether()
    {
        DeltaRuleSpec delta = (DeltaRuleSpec)Qwen3Next().Spec.Layers[0].Mixers.Single();
        Enumerable.Range(0, Values).Select(delta.Heads.KeyHeadOf).ShouldBe([0, 0, 1, 1]);
        TensorSpec packed = new("blk.0.ssm_in.weight", TestModel.Q8_0, Embedding, Keys * Dimension, Run: 16, RunPitch: 96 * Embedding);
        delta.Query.ShouldBe(packed);
        delta.Key.ShouldBe(packed with { First = 16 * Embedding });
        delta.Value.ShouldBe(packed with { Rows = Values * Dimension, First = 32 * Embedding, Run = 32 });
        delta.OutputGate.ShouldBe(packed with { Rows = Values * Dimension, First = 64 * Embedding, Run = 32 });
        TensorSpec both = new("blk.0.ssm_ba.weight", TestModel.Q8_0, Embedding, Values, Run: 2, RunPitch: 4 * Embedding);
        delta.Beta.ShouldBe(both);
        delta.Decay.ShouldBe(both with { First = 2 * Embedding });
        Enumerable.Range(0, Values).Select(row => delta.Decay.RowByte(row) / delta.Decay.Format.RowBytes(Embedding)).ShouldBe([0, 1, 4, 5]);
    }

    [Fact]
    public void ProjectionsAreOneMatrixAndStatesHaveAFixedSize()
    {
        TestModel model = Qwen35();
        PackedDeltaRule packed = (PackedDeltaRule)WeightLayout.Create(model.Spec).Layers[0].Mixers.Single();
        packed.Projections.ShouldHaveSingleItem().Name.ShouldBe("QueryKeyValueOutputGateBetaDecay");

        // Of each rule the inputs of three tokens and a matrix a value head, in floats; keys and values of one attention.
        ModelPlan plan = model.Plan;
        plan.State.FixedBytes.ShouldBe(3 * (3 * Channels + Values * Dimension * Dimension) * sizeof(float));
        plan.State.Classes.ShouldHaveSingleItem().Parts.ShouldHaveSingleItem().Heads.ShouldBe(2);
    }

    [Fact]
    public void HeadsThatDoNotFitAreRefusedByName()
    {
        Messages(Qwen35().With("qwen35.ssm.state_size", TestModel.Integer(24))).ShouldBe(
            ["metadata key 'qwen35.ssm.state_size' is 24; heads of a delta rule have a multiple of 16 floats, 1024 at most"]);
        Messages(Qwen35().With("qwen35.ssm.group_count", TestModel.Integer(3))).ShouldBe(
            ["metadata key 'qwen35.ssm.time_step_rank' is 4, which ssm.group_count = 3 does not divide"]);
        Messages(Qwen35().With("qwen35.ssm.conv_kernel", TestModel.Integer(1))).ShouldBe(
            ["metadata key 'qwen35.ssm.conv_kernel' is 1; a convolution sees at least 2 tokens"]);
        Messages(Qwen35().With("qwen35.ssm.inner_size", TestModel.Integer(32))).Single().ShouldContain("qwen35.ssm.inner_size = 32");
        Messages(Qwen35().With("qwen35.full_attention_interval", TestModel.Integer(0))).ShouldBe(
            ["metadata key 'qwen35.full_attention_interval' is 0; a period has one layer at least"]);
    }

    /// <summary>Of qwen35; every <paramref name="period"/>-th layer is attention.</summary>
    private static TestModel Qwen35(int period = 4) => Create("qwen35", period, prefix =>
    [
        TestModel.Tensor(prefix + "attn_qkv.weight", TestModel.Q8_0, Embedding, Channels),
        TestModel.Tensor(prefix + "attn_gate.weight", TestModel.Q8_0, Embedding, Values * Dimension),
        TestModel.Tensor(prefix + "ssm_beta.weight", TestModel.Q8_0, Embedding, Values),
        TestModel.Tensor(prefix + "ssm_alpha.weight", TestModel.Q8_0, Embedding, Values),
    ]);

    private static TestModel Qwen3Next()
    {
        const int Experts = 4, Hidden = 32;
        TestModel model = Create("qwen3next", 4, prefix =>
        [
            TestModel.Tensor(prefix + "ssm_in.weight", TestModel.Q8_0, Embedding, Channels + Values * Dimension),
            TestModel.Tensor(prefix + "ssm_ba.weight", TestModel.Q8_0, Embedding, 2 * Values),
        ]);
        model = new[] { ("expert_count", Experts), ("expert_used_count", 2), ("expert_feed_forward_length", Hidden), ("expert_shared_feed_forward_length", Hidden) }
            .Aggregate(model, (changed, setting) => changed.With("qwen3next." + setting.Item1, TestModel.Integer(setting.Item2)))
            .With("qwen3next.feed_forward_length", null);
        for (int layer = 0; layer < 4; layer++)
        {
            string prefix = $"blk.{layer}.";
            model = new[] { "ffn_gate", "ffn_up", "ffn_down" }.Aggregate(model, (changed, name) => changed.WithoutTensor($"{prefix}{name}.weight"))
                .With(TestModel.Tensor(prefix + "ffn_gate_inp.weight", TestModel.F32, Embedding, Experts))
                .With(TestModel.Tensor(prefix + "ffn_gate_inp_shexp.weight", TestModel.F32, Embedding))
                .With(TestModel.Tensor(prefix + "ffn_gate_exps.weight", TestModel.Q8_0, Embedding, Hidden, Experts))
                .With(TestModel.Tensor(prefix + "ffn_up_exps.weight", TestModel.Q8_0, Embedding, Hidden, Experts))
                .With(TestModel.Tensor(prefix + "ffn_down_exps.weight", TestModel.Q8_0, Hidden, Embedding, Experts))
                .With(TestModel.Tensor(prefix + "ffn_gate_shexp.weight", TestModel.Q8_0, Embedding, Hidden))
                .With(TestModel.Tensor(prefix + "ffn_up_shexp.weight", TestModel.Q8_0, Embedding, Hidden))
                .With(TestModel.Tensor(prefix + "ffn_down_shexp.weight", TestModel.Q8_0, Hidden, Embedding));
        }

        return model;
    }

    private static TestModel Create(string architecture, int period, System.Func<string, GgufTensor[]> projections)
    {
        TestModel model = new() { ArchitectureName = architecture, Layers = 4 };
        (string Name, int Value)[] settings =
        [
            ("ssm.conv_kernel", 4), ("ssm.state_size", Dimension), ("ssm.group_count", Keys), ("ssm.time_step_rank", Values),
            ("ssm.inner_size", Values * Dimension), ("full_attention_interval", period),
        ];
        model = settings.Aggregate(model, (changed, setting) => changed.With($"{architecture}.{setting.Name}", TestModel.Integer(setting.Value)));
        for (int layer = 0; layer < model.Layers; layer++)
        {
            string prefix = $"blk.{layer}.";
            model = model.WithoutTensor(prefix + "ffn_norm.weight").With(TestModel.Tensor(prefix + "post_attention_norm.weight", TestModel.F32, Embedding));
            if ((layer + 1) % period == 0)
            {
                model = model.With(TestModel.Tensor(prefix + "attn_q.weight", TestModel.Q8_0, Embedding, 128))
                    .With(TestModel.Tensor(prefix + "attn_q_norm.weight", TestModel.F32, 16))
                    .With(TestModel.Tensor(prefix + "attn_k_norm.weight", TestModel.F32, 16));
                continue;
            }

            model = new[] { "attn_q", "attn_k", "attn_v", "attn_output" }
                .Aggregate(model, (changed, name) => changed.WithoutTensor($"{prefix}{name}.weight"))
                .With(TestModel.Tensor(prefix + "ssm_conv1d.weight", TestModel.F32, 4, Channels))
                .With(TestModel.Tensor(prefix + "ssm_dt.bias", TestModel.F32, Values))
                .With(TestModel.Tensor(prefix + "ssm_a", TestModel.F32, Values))
                .With(TestModel.Tensor(prefix + "ssm_norm.weight", TestModel.F32, Dimension))
                .With(TestModel.Tensor(prefix + "ssm_out.weight", TestModel.Q8_0, Values * Dimension, Embedding));
            model = projections(prefix).Aggregate(model, (changed, tensor) => changed.With(tensor));
        }

        return model;
    }

    private static GgufValue Flag(bool value) => new(GgufValueType.Bool, Integer: value ? 1 : 0);

    private static GgufValue Array(GgufValue[] entries) => new(
        GgufValueType.Array, Array: new GgufArray(GgufValueType.Bool, entries.Length, new string('0', 64), entries.ToEquatableArray()));

    private static string[] Messages(TestModel model) => [.. Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message)];
}
