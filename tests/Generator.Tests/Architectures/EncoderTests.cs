using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>Models that turn texts into vectors, as their files have them.</summary>
public sealed class EncoderTests
{
    private const int Embedding = 64;
    private const int Hidden = 96;

    [Fact]
    public void BertNormalisesTheSumsOfItsBranches()
    {
        ModelSpec spec = Bert().Spec;
        spec.Encoder.ShouldBe(new EncoderSpec(PoolingKind.Mean));
        spec.Rotaries.ShouldBeEmpty();
        spec.Embedding.Positions!.Rows.ShouldBe(48);
        spec.Embedding.Types!.Rows.ShouldBe(2);
        spec.Embedding.Norm!.Bias!.Name.ShouldBe("token_embd_norm.bias");
        LayerSpec layer = spec.Layers[1];
        layer.MixerNorm.ShouldBeNull();
        layer.FeedForwardNorm.ShouldBeNull();
        layer.MixerSumNorm!.Weight!.Name.ShouldBe("blk.1.attn_output_norm.weight");
        layer.SecondMixerSumNorm.ShouldBeNull();
        layer.FeedForwardSumNorm!.Bias!.Name.ShouldBe("blk.1.layer_output_norm.bias");
        layer.Attention().SeesAll.ShouldBeTrue();
        layer.Attention().QueryBias.ShouldBeNull();
        layer.FeedForward().Gate.ShouldBeNull();
        layer.FeedForward().Activation.Function.ShouldBe(ActivationFunction.ExactGelu);
        spec.Head.ShouldBe(new HeadSpec(Norm: null, Output: null));
    }

    [Fact]
    public void BiasesOfBertMayBeThere()
    {
        TestModel model = Bert();
        string[] biases = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_down"];
        model = biases.Aggregate(model, (changed, name) => OfLayers(changed, prefix => [Vector($"{prefix}{name}.bias", Embedding)]));
        model = OfLayers(model, prefix => [Vector(prefix + "ffn_up.bias", Hidden)]);
        AttentionSpec attention = model.Spec.Layers[1].Attention();
        new[] { attention.QueryBias, attention.KeyBias, attention.ValueBias, attention.OutputBias }.Select(bias => bias?.Name)
            .ShouldBe(biases[..4].Select(name => $"blk.1.{name}.bias"));
        model.Spec.Layers[1].FeedForward().UpBias!.Columns.ShouldBe(Hidden);
        model.Spec.Layers[1].FeedForward().DownBias!.Columns.ShouldBe(Embedding);
    }

    [Theory]
    [InlineData(0, nameof(PoolingKind.None))]
    [InlineData(2, nameof(PoolingKind.First))]
    [InlineData(3, nameof(PoolingKind.Last))]
    [InlineData(null, nameof(PoolingKind.None))]
    public void PoolingIsWhatTheFileSays(int? number, string kind) => Bert()
        .With("bert.pooling_type", number is int value ? TestModel.Integer(value) : null).Spec.Encoder!.Pooling.ToString().ShouldBe(kind);

    [Fact]
    public void PoolingThatNobodyKnowsIsRefused() => Messages(Bert().With("bert.pooling_type", TestModel.Integer(5)))
        .ShouldHaveSingleItem().ShouldContain("'bert.pooling_type' must be from 0 to 4, not 5");

    /// <summary>What sees all would have to see what is before it alone, and the other way round.</summary>
    [Fact]
    public void AMaskThatTheArchitectureHasNotIsRefused()
    {
        Messages(Bert().With("bert.attention.causal", Flag(true))).ShouldHaveSingleItem().ShouldContain("bert.attention.causal");
        Messages(new TestModel().With("llama.attention.causal", Flag(false))).ShouldHaveSingleItem().ShouldContain("llama.attention.causal");
    }

    [Fact]
    public void ATensorOfAnEncoderMayNotBeMissing()
    {
        Messages(Bert().WithoutTensor("blk.1.layer_output_norm.bias")).ShouldHaveSingleItem().ShouldContain("blk.1.layer_output_norm.bias");
        Messages(Bert().WithoutTensor("position_embd.weight")).ShouldHaveSingleItem().ShouldContain("position_embd.weight");
        Bert().WithoutTensor("token_types.weight").Spec.Embedding.Types.ShouldBeNull();
    }

    [Fact]
    public void JinaForCodeNormalisesTheSumOfAttentionTwice()
    {
        TestModel plain = Gated(SumNormed("jina-bert-v2"));
        plain.Spec.Scores.MaxBias.ShouldBe(8);
        plain.Spec.Layers[0].Attention().QueryNorm.ShouldBeNull();
        plain.Spec.Layers[0].SecondMixerSumNorm.ShouldBeNull();
        TestModel code = OfLayers(plain, prefix => new[] { "attn_norm_2", "attn_q_norm", "attn_k_norm" }.SelectMany(name => Norm(prefix + name)).ToArray());
        LayerSpec layer = code.Spec.Layers[1];
        layer.SecondMixerSumNorm!.Weight!.Name.ShouldBe("blk.1.attn_norm_2.weight");
        layer.Attention().QueryNorm!.Bias!.Name.ShouldBe("blk.1.attn_q_norm.bias");
        layer.Attention().NormExtent.ShouldBe(HeadNormExtent.AllHeads);
        layer.FeedForward().Activation.Function.ShouldBe(ActivationFunction.ExactGelu);
        Kinds(code).ShouldContain("Keep");
        Kinds(plain).ShouldNotContain("Keep");
    }

    [Fact]
    public void NomicIsGatedBySiluAndTurned()
    {
        ModelSpec spec = Gated(SumNormed("nomic-bert")).With("nomic-bert.rope.freq_base", TestModel.Real(1000)).Spec;
        spec.Rotaries[0].Base.ShouldBe(1000);
        spec.Layers[0].FeedForward().Activation.Function.ShouldBe(ActivationFunction.Silu);
        spec.Layers[0].FeedForward().Gate.ShouldNotBeNull();
    }

    [Fact]
    public void ModernBertHasWindowsOnBothSidesAndNoFirstNorm()
    {
        TestModel model = new TestModel { ArchitectureName = "modern-bert", Layers = 4, KeyValueHeads = 4, IsTied = true }
            .With("modern-bert.attention.causal", Flag(false))
            .With("modern-bert.attention.layer_norm_rms_epsilon", null)
            .With("modern-bert.attention.layer_norm_epsilon", TestModel.Real(1e-5f))
            .With("modern-bert.attention.sliding_window", TestModel.Integer(8))
            .With(Vector("token_embd_norm.weight", Embedding))
            .WithoutTensor("blk.0.attn_norm.weight");
        ModelSpec spec = model.Spec;
        spec.Layers.Select(layer => layer.Attention().Window).ShouldBe([0, 8, 8, 0]);
        spec.Layers.Select(layer => layer.Attention().Rotary).ShouldBe([0, 1, 1, 0]);
        spec.Layers.Select(layer => layer.MixerNorm is null).ShouldBe([true, false, false, false]);

        // Four keys before a query and four behind it, and all of the text.
        model.Plan.AttentionPatterns.Select(pattern => (pattern.Window, pattern.Ahead)).ShouldBe([(0, 48), (5, 4)]);
        Messages(model.With(Vector("blk.0.attn_norm.weight", Embedding))).ShouldHaveSingleItem().ShouldContain("blk.0.attn_norm.weight");
    }

    [Fact]
    public void EuroBertIsALlamaThatSeesAll()
    {
        ModelSpec spec = new TestModel { ArchitectureName = "eurobert", IsTied = true }.Spec;
        spec.Encoder.ShouldBe(new EncoderSpec(PoolingKind.None));
        spec.Layers[0].MixerNorm!.Kind.ShouldBe(NormKind.RootMeanSquare);
        spec.Layers[0].Attention().SeesAll.ShouldBeTrue();
        spec.Head.Norm.ShouldNotBeNull();
        spec.Head.Output.ShouldBeNull();
    }

    /// <summary>Keys and values live as long as a layer, as floats: all layers share one place.</summary>
    [Theory]
    [InlineData(48, 192)]
    [InlineData(512, 528)]
    public void LayersShareOnePlaceOfKeysAndValues(int context, int rows)
    {
        TestModel model = Bert() with { ContextLength = context, KeyValueFormat = KeyValueFormat.Int8 };
        model = model.With(Matrix("position_embd.weight", Embedding, context));
        ModelPlan plan = model.Plan;
        plan.KeyValueFormat.ShouldBe(KeyValueFormat.Float32);
        StateClassPlan state = plan.State.Classes.ShouldHaveSingleItem();
        StatePartPlan part = state.Parts.ShouldHaveSingleItem();
        part.Heads.ShouldBe(model.KeyValueHeads);
        state.PageBytes.ShouldBe(part.Bytes);
        plan.BatchRows.ShouldBe(Planner.MaxBatchRows);
        plan.TextRows.ShouldBe(rows);
        plan.Logits.ShouldBeNull();
        plan.LogitBytes.ShouldBe(0);
    }

    /// <summary>
    /// What the halves of a layer hand on has a row for each of a call's, and shares its memory with nothing: while a batch is in one half, the
    /// rows of the others wait in it.
    /// </summary>
    [Fact]
    public void WhatHalvesOfALayerHandOnSharesNoMemory()
    {
        ModelPlan plan = Gated(SumNormed("nomic-bert")).Plan;
        BufferPlan[] ofTexts = [.. plan.Buffers.Where(buffer => buffer.IsOfTexts)];
        ofTexts.Select(buffer => buffer.Name).ShouldContain("X");
        ofTexts.Length.ShouldBeGreaterThan(1);
        foreach (BufferPlan buffer in ofTexts)
        {
            buffer.Rows.ShouldBe(plan.TextRows);
            foreach (BufferPlan other in plan.Buffers.Where(other => other.Name != buffer.Name))
            {
                (buffer.Offset + buffer.Length <= other.Offset || other.Offset + other.Length <= buffer.Offset).ShouldBeTrue($"{buffer} and {other}");
            }
        }

        // The queries, which the first half makes and the second reads.
        string queries = plan.LayerKinds[0].Steps.OfType<AttentionStep>().Single().Queries;
        ofTexts.Select(buffer => buffer.Name).ShouldContain(queries);
    }

    private static string[] Kinds(TestModel model) =>
        [.. model.Plan.LayerKinds[0].Steps.Select(step => step.GetType().Name.Replace("Step", "", System.StringComparison.Ordinal))];

    /// <summary>A BERT that gives the mean of its tokens' vectors.</summary>
    internal static TestModel Bert()
    {
        TestModel model = SumNormed("bert").With(Matrix("position_embd.weight", Embedding, 48)).With("bert.pooling_type", TestModel.Integer(1));
        return model.With("bert.rope.freq_base", null).With("bert.rope.dimension_count", null);
    }

    // Without gates.
    private static TestModel SumNormed(string architecture)
    {
        TestModel model = new TestModel { ArchitectureName = architecture, KeyValueHeads = 4, IsTied = true }
            .With(architecture + ".attention.layer_norm_rms_epsilon", null)
            .With(architecture + ".attention.layer_norm_epsilon", TestModel.Real(1e-12f))
            .With(architecture + ".attention.causal", Flag(false))
            .With("tokenizer.ggml.token_type_count", TestModel.Integer(2))
            .With(Matrix("token_types.weight", Embedding, 2))
            .WithoutTensor("output_norm.weight");
        model = Norm("token_embd_norm").Aggregate(model, (changed, tensor) => changed.With(tensor));
        for (int layer = 0; layer < model.Layers; layer++)
        {
            model = new[] { "attn_norm", "ffn_norm", "ffn_gate" }.Aggregate(
                model, (changed, name) => changed.WithoutTensor($"blk.{layer}.{name}.weight"));
        }

        return OfLayers(model, prefix => [.. Norm(prefix + "attn_output_norm"), .. Norm(prefix + "layer_output_norm")]);
    }

    private static TestModel Gated(TestModel model) =>
        OfLayers(model, prefix => [TestModel.Tensor(prefix + "ffn_gate.weight", TestModel.Q8_0, Embedding, Hidden)]);

    private static TestModel OfLayers(TestModel model, System.Func<string, GgufTensor[]> tensors) => Enumerable.Range(0, model.Layers)
        .SelectMany(layer => tensors($"blk.{layer}.")).Aggregate(model, (changed, tensor) => changed.With(tensor));

    private static GgufTensor[] Norm(string name) => [Vector(name + ".weight", Embedding), Vector(name + ".bias", Embedding)];

    private static GgufTensor Vector(string name, int length) => TestModel.Tensor(name, TestModel.F32, length);

    private static GgufTensor Matrix(string name, int columns, int rows) => TestModel.Tensor(name, TestModel.F32, columns, rows);

    private static GgufValue Flag(bool flag) => new(GgufValueType.Bool, Integer: flag ? 1 : 0);

    private static string[] Messages(TestModel model) => [.. Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message)];
}
