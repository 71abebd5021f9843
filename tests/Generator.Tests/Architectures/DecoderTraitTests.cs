using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using ModelGen.Layout;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>
/// The ways in which decoders differ, each shown by one architecture that has it. That every architecture has the right ones, the answers of
/// llama.cpp test (EndToEnd.Tests).
/// </summary>
public sealed class DecoderTraitTests
{
    [Fact]
    public void NamesOfArchitecturesAreUnique() => Architecture.Names.ShouldBeUnique();

    [Fact]
    public void FusedTensorsAreSlicesOfOne()
    {
        ModelSpec spec = Change(
            new TestModel { ArchitectureName = "phi3" },
            layer =>
            [
                Without($"blk.{layer}.attn_q.weight"), Without($"blk.{layer}.attn_k.weight"), Without($"blk.{layer}.attn_v.weight"),
                Without($"blk.{layer}.ffn_gate.weight"),
                With($"blk.{layer}.attn_qkv.weight", TestModel.Q8_0, 64, 64 + 2 * 32), With($"blk.{layer}.ffn_up.weight", TestModel.Q8_0, 64, 2 * 96),
            ]).Spec;
        AttentionSpec attention = spec.Layers[1].Attention();
        attention.Query.ShouldBe(new TensorSpec("blk.1.attn_qkv.weight", TestModel.Q8_0, 64, 64));
        attention.Key.ShouldBe(attention.Query with { Rows = 32, First = 64 * 64 });
        attention.Value.ShouldBe(attention.Query with { Rows = 32, First = 96 * 64 });
        attention.Value!.FirstByte.ShouldBe(96 * 2 * 34);
        spec.Layers[1].FeedForward().Gate.ShouldBe(new TensorSpec("blk.1.ffn_up.weight", TestModel.Q8_0, 64, 96));
        spec.Layers[1].FeedForward().Up.First.ShouldBe(96 * 64);
        WeightLayout.Create(spec).Layers[1].Attention().QueryKeyValue.ShouldHaveSingleItem().Rows.ShouldBe(128);
    }

    [Fact]
    public void LearnedPositionsNormsWithBiasesAndNoGate()
    {
        TestModel model = Gpt2();
        ModelSpec spec = model.Spec;
        spec.Embedding.Positions.ShouldBe(new TensorSpec("position_embd.weight", TestModel.F32, 64, 48));
        spec.Rotaries.ShouldBeEmpty();
        spec.Layers[0].Attention().Rotary.ShouldBeNull();
        spec.Layers[0].MixerNorm!.Kind.ShouldBe(NormKind.Layer);
        spec.Layers[0].MixerNorm!.Bias!.Columns.ShouldBe(64);
        spec.Layers[0].FeedForward().Gate.ShouldBeNull();
        spec.Layers[0].FeedForward().Activation.Function.ShouldBe(ActivationFunction.Gelu);
        spec.Layers[0].FeedForward().UpBias!.Columns.ShouldBe(96);
        spec.Layers[0].Attention().KeyBias.ShouldBe(new TensorSpec("blk.0.attn_qkv.bias", TestModel.F32, 32, 1, First: 64));
        spec.Head.Norm!.Bias.ShouldNotBeNull();
        Problems(model.WithoutTensor("position_embd.weight")).ShouldBe(["MissingTensor position_embd.weight [64, 48]"]);
    }

    [Fact]
    public void WindowsSoftCapsScaledEmbeddingAndNormsBehindBranches()
    {
        ModelSpec spec = Gemma2().Spec;
        spec.Layers.Select(layer => layer.Attention().Window).ShouldBe([8, 0]);
        spec.Scores.SoftCap.ShouldBe(50);
        spec.Head.SoftCap.ShouldBe(30);
        spec.Embedding.Scale.ShouldBe(8);
        spec.Layers[0].MixerPostNorm!.Weight!.Name.ShouldBe("blk.0.post_attention_norm.weight");
        spec.Layers[0].FeedForwardPostNorm!.Weight!.Name.ShouldBe("blk.0.post_ffw_norm.weight");
        Gemma2().With("gemma2.attention.sliding_window", null).Spec.Layers[0].Attention().Window.ShouldBe(4096);
    }

    [Fact]
    public void ParallelBlocksAndNormsOfEachHead()
    {
        TestModel model = Change(
            new TestModel { ArchitectureName = "stablelm" },
            layer =>
            [
                Without($"blk.{layer}.ffn_norm.weight"), With($"blk.{layer}.attn_norm.bias", TestModel.F32, 64),
                With($"blk.{layer}.attn_q_norm.weight", TestModel.F32, 16, 4), With($"blk.{layer}.attn_k_norm.weight", TestModel.F32, 16, 2),
            ])
            .With(TestModel.Tensor("output_norm.bias", TestModel.F32, 64))
            .With("stablelm.attention.layer_norm_epsilon", TestModel.Real(1e-5f))
            .With("stablelm.attention.layer_norm_rms_epsilon", null);
        LayerSpec layer = model.Spec.Layers[0];
        layer.IsParallel.ShouldBeTrue();
        layer.FeedForwardNorm.ShouldBeNull();
        layer.Attention().NormExtent.ShouldBe(HeadNormExtent.OwnHead);
        layer.Attention().QueryNorm!.Weight!.Columns.ShouldBe(64);
        layer.Attention().KeyNorm!.Weight!.Columns.ShouldBe(32);
        Problems(model.WithoutTensor("blk.0.attn_k_norm.weight")).ShouldBe(["MissingTensor blk.0.attn_k_norm.weight [16, 2]"]);
    }

    [Fact]
    public void FactorsOfBranchesScoresAndLogits()
    {
        ModelSpec spec = Granite().Spec;
        spec.Embedding.Scale.ShouldBe(12);
        spec.ResidualScale.ShouldBe(0.25f);
        spec.Scores.Scale.ShouldBe(0.5f);
        spec.Head.Scale.ShouldBe(1 / 16f);
        Problems(Granite().With("granite.logit_scale", null)).ShouldBe(["BadMetadata granite.logit_scale is missing"]);
    }

    [Fact]
    public void LayersWithoutRotation()
    {
        ModelSpec spec = new TestModel { ArchitectureName = "smollm3", Layers = 5 }.Spec;
        spec.Layers.Select(layer => layer.Attention().Rotary).ShouldBe([0, 0, 0, null, 0]);
    }

    [Fact]
    public void AngleScalings()
    {
        TestModel model = new();
        Scaling(model.With("llama.rope.scaling.factor", TestModel.Real(4))).ShouldBe(new RotaryScaling(4, OriginalContext: 48));
        Scaling(model.With("llama.rope.scaling.type", TestModel.Text("none")).With("llama.rope.scaling.factor", TestModel.Real(4)))
            .ShouldBe(new RotaryScaling(OriginalContext: 48));
        RotaryScaling yarn = Scaling(model
            .With("llama.rope.scaling.type", TestModel.Text("yarn"))
            .With("llama.rope.scaling.factor", TestModel.Real(8))
            .With("llama.rope.scaling.original_context_length", TestModel.Integer(32)));
        yarn.Factor.ShouldBe(8);
        yarn.OriginalContext.ShouldBe(32);
        yarn.Magnitude.ShouldBe((float)(1 + 0.1 * Math.Log(8)));
        yarn.Yarn.ShouldBe(new YarnSpec(32, 1));

        static RotaryScaling Scaling(TestModel model) => model.Spec.Rotaries.ShouldHaveSingleItem().Scaling;
    }

    [Fact]
    public void FactorsOfLongContexts()
    {
        TestModel model = new TestModel { ArchitectureName = "phi3" }
            .With(TestModel.Tensor("rope_factors_short.weight", TestModel.F32, 8))
            .With(TestModel.Tensor("rope_factors_long.weight", TestModel.F32, 8))
            .With("phi3.rope.scaling.original_context_length", TestModel.Integer(32));
        RotarySpec rotary = model.Spec.Rotaries.ShouldHaveSingleItem();
        rotary.Factors!.Name.ShouldBe("rope_factors_short.weight");
        rotary.LongFactors!.Name.ShouldBe("rope_factors_long.weight");
        long? OffsetOf(TestModel changed) => changed.Plan.Beginning.OfType<AnglesStep>().Single().Rotary.FactorsOffset;
        WeightLayout layout = WeightLayout.Create(model.Spec);
        OffsetOf(model).ShouldBe(layout.FindShared("LongRotaryFactors0")!.Offset);
        OffsetOf(model.With("phi3.rope.scaling.original_context_length", TestModel.Integer(48))).ShouldBe(layout.FindShared("RotaryFactors0")!.Offset);
    }

    [Fact]
    public void ParametersOfAnActivationStandALayerEach()
    {
        TestModel model = Apertus();
        ActivationSpec activation = model.Spec.Layers[1].FeedForward().Activation;
        activation.Function.ShouldBe(ActivationFunction.Xielu);
        activation.AlphaPositive.ShouldBe((float)Math.Log(1 + Math.Exp(0.25)));
        activation.AlphaNegative.ShouldBe((float)(0.5 + Math.Log(1 + Math.Exp(0.75))), tolerance: 1e-6f);
        model.Plan.ActivationParameters.Count.ShouldBe(8);
        Problems(model.With("xielu.beta", null)).ShouldBe(["BadMetadata xielu.beta is missing"]);
    }

    [Fact]
    public void HeadsOfUnequalKeysAndValuesAreRefused() => Problems(
            new TestModel().With("llama.attention.key_length", TestModel.Integer(32)).With("llama.attention.value_length", null))
        .ShouldContain("BadMetadata llama.attention.value_length is missing; it must be 32, as attention.key_length is");

    internal static TestModel Gpt2() => Change(
        new TestModel { ArchitectureName = "gpt2" },
        layer =>
        [
            Without($"blk.{layer}.attn_q.weight"), Without($"blk.{layer}.attn_k.weight"), Without($"blk.{layer}.attn_v.weight"),
            Without($"blk.{layer}.ffn_gate.weight"),
            With($"blk.{layer}.attn_qkv.weight", TestModel.Q8_0, 64, 128), With($"blk.{layer}.attn_qkv.bias", TestModel.F32, 128),
            With($"blk.{layer}.attn_output.bias", TestModel.F32, 64), With($"blk.{layer}.attn_norm.bias", TestModel.F32, 64),
            With($"blk.{layer}.ffn_norm.bias", TestModel.F32, 64), With($"blk.{layer}.ffn_up.bias", TestModel.F32, 96),
            With($"blk.{layer}.ffn_down.bias", TestModel.F32, 64),
        ])
        .With(TestModel.Tensor("output_norm.bias", TestModel.F32, 64))
        .With(TestModel.Tensor("position_embd.weight", TestModel.F32, 64, 48))
        .With("gpt2.attention.layer_norm_epsilon", TestModel.Real(1e-5f))
        .With("gpt2.attention.layer_norm_rms_epsilon", null);

    internal static TestModel Gemma2(int layers = 2) => Change(
        new TestModel { ArchitectureName = "gemma2", IsTied = true, Layers = layers },
        layer => [With($"blk.{layer}.post_attention_norm.weight", TestModel.F32, 64), With($"blk.{layer}.post_ffw_norm.weight", TestModel.F32, 64)])
        .With("gemma2.attention.sliding_window", TestModel.Integer(8));

    internal static TestModel Gemma3(int layers) => Change(
        new TestModel { ArchitectureName = "gemma3", IsTied = true, Layers = layers },
        layer =>
        [
            With($"blk.{layer}.post_attention_norm.weight", TestModel.F32, 64), With($"blk.{layer}.post_ffw_norm.weight", TestModel.F32, 64),
            With($"blk.{layer}.attn_q_norm.weight", TestModel.F32, 16), With($"blk.{layer}.attn_k_norm.weight", TestModel.F32, 16),
        ])
        .With("gemma3.attention.sliding_window", TestModel.Integer(8));

    internal static TestModel Granite() => new TestModel { ArchitectureName = "granite" }
        .With("granite.embedding_scale", TestModel.Real(12))
        .With("granite.residual_scale", TestModel.Real(0.25f))
        .With("granite.attention.scale", TestModel.Real(0.5f))
        .With("granite.logit_scale", TestModel.Real(16));

    internal static TestModel Apertus() => Change(
        new TestModel { ArchitectureName = "apertus" },
        layer =>
        [
            Without($"blk.{layer}.ffn_gate.weight"), With($"blk.{layer}.attn_q_norm.weight", TestModel.F32, 16),
            With($"blk.{layer}.attn_k_norm.weight", TestModel.F32, 16),
        ])
        .With("xielu.alpha_p", TestModel.Real(0.25f))
        .With("xielu.alpha_n", TestModel.Real(0.75f))
        .With("xielu.beta", TestModel.Real(0.5f))
        .With("xielu.eps", TestModel.Real(-1e-6f));

    private static TestModel Change(TestModel model, Func<int, IEnumerable<(string Name, GgufTensor? Tensor)>> changes) =>
        model with { TensorChanges = [.. model.TensorChanges, .. Enumerable.Range(0, model.Layers).SelectMany(changes)] };

    private static (string Name, GgufTensor? Tensor) With(string name, int typeId, params long[] shape) => (name, TestModel.Tensor(name, typeId, shape));

    private static (string Name, GgufTensor? Tensor) Without(string name) => (name, null);

    private static string[] Problems(TestModel model) =>
        [.. Architecture.Recognise(model.Header).Problems.Select(problem => string.Join(" ", [problem.Kind.ToString(), .. problem.Arguments]))];
}
