using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using ModelGen.Layout;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>T5's encoder by itself, and with the decoder that answers what it reads, as their files have them.</summary>
public sealed class T5Tests
{
    private const int Embedding = 64;
    private const int Hidden = 96;
    private const int Heads = 4;
    private const int Buckets = 32;
    private const string BucketCount = "attention.relative_buckets_count";

    [Fact]
    public void AnEncoderHasTheBiasesOfItsFirstLayer()
    {
        ModelSpec spec = Encoder().Spec;
        spec.Encoder.ShouldBe(new EncoderSpec(PoolingKind.None));
        spec.Scores.Scale.ShouldBe(1);
        spec.Rotaries.ShouldBeEmpty();
        spec.Head.Norm!.Weight!.Name.ShouldBe("enc.output_norm.weight");
        spec.Layers.Count.ShouldBe(2);
        foreach (LayerSpec layer in spec.Layers)
        {
            layer.Attention().SeesAll.ShouldBeTrue();
            layer.Attention().DistanceBias!.Buckets.ShouldBe(Buckets);
            layer.Attention().DistanceBias!.Table.Name.ShouldBe("enc.blk.0.attn_rel_b.weight");
            layer.FeedForward().Activation.Function.ShouldBe(ActivationFunction.Gelu);
        }

        spec.Layers[1].Attention().Output.Name.ShouldBe("enc.blk.1.attn_o.weight");
    }

    [Fact]
    public void ALayerMayHaveBiasesOfItsOwn() => Encoder().With(Matrix("enc.blk.1.attn_rel_b.weight", Heads, Buckets)).Spec
        .Layers.Select(layer => layer.Attention().DistanceBias!.Table.Name)
        .ShouldBe(["enc.blk.0.attn_rel_b.weight", "enc.blk.1.attn_rel_b.weight"]);

    [Fact]
    public void WithoutAGateItIsRelu()
    {
        ModelSpec spec = Encoder().WithoutTensor("enc.blk.0.ffn_gate.weight").WithoutTensor("enc.blk.1.ffn_gate.weight").Spec;
        spec.Layers[1].FeedForward().Gate.ShouldBeNull();
        spec.Layers[1].FeedForward().Activation.Function.ShouldBe(ActivationFunction.Relu);
    }

    [Fact]
    public void ADecoderLooksAtWhatItsEncoderGives()
    {
        ModelSpec spec = Whole(decoderLayers: 2).Spec;
        spec.Encoder.ShouldBeNull();
        spec.Head.Norm!.Weight!.Name.ShouldBe("dec.output_norm.weight");
        spec.Layers.Count.ShouldBe(2);
        AttentionSpec own = spec.Layers[1].Attention();
        own.SeesAll.ShouldBeFalse();
        own.DistanceBias!.Table.Name.ShouldBe("dec.blk.0.attn_rel_b.weight");
        spec.Layers[1].SourceAttention!.Query.Name.ShouldBe("dec.blk.1.cross_attn_q.weight");
        spec.Layers[1].SourceAttention!.Norm.Weight!.Name.ShouldBe("dec.blk.1.cross_attn_norm.weight");
        spec.Source!.StartToken.ShouldBe(7);
        spec.Source.Encoder.Head.Norm!.Weight!.Name.ShouldBe("enc.output_norm.weight");
        spec.Source.Encoder.Layers.Select(layer => layer.SourceKeys?.Value.Name)
            .ShouldBe([null, null, "dec.blk.0.cross_attn_v.weight", "dec.blk.1.cross_attn_v.weight"]);

        // The encoder's last norm stands before the first of them.
        spec.Source.Encoder.Layers.Select(layer => layer.NormsRound).ShouldBe([false, false, true, false]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void SidesMayDifferInTheirLayers(int decoderLayers)
    {
        ModelSpec spec = Whole(decoderLayers).Spec;
        spec.Layers.Count.ShouldBe(decoderLayers);
        spec.Source!.Encoder.Layers.Count.ShouldBe(2 + decoderLayers);
    }

    /// <summary>What the encoder leaves is where the decoder looks for it.</summary>
    [Theory]
    [InlineData(KeyValueFormat.Float32)]
    [InlineData(KeyValueFormat.Int16)]
    [InlineData(KeyValueFormat.Int8)]
    public void BothSidesPlaceKeysAlike(KeyValueFormat format)
    {
        ModelPlan plan = (Whole(decoderLayers: 3) with { KeyValueFormat = format }).Plan;
        long[] places = PlacesOf(plan);
        PlacesOf(plan.Source!).ShouldBe(places);
        StateClassPlan pages = plan.State.Source!;
        pages.ShouldBe(plan.Source!.State.Source);
        places.ShouldBe([.. Enumerable.Range(0, 3).Select(layer => layer * pages.PageBytes / 3)]);
        plan.StateBytes.ShouldBe(plan.State.Classes.Single().PageBytes + pages.PageBytes);
        plan.Source.TextRows.ShouldBeGreaterThan(0);
        plan.TextRows.ShouldBe(0);

        static long[] PlacesOf(ModelPlan side)
        {
            int field = side.Weights.Fields.ToList().FindIndex(candidate => candidate.Name == "SourceKeysAndValues");
            return [.. side.Weights.Rows.Select(row => row.Offsets[field]).Where(offset => offset >= 0)];
        }
    }

    [Fact]
    public void TheWeightsOfBothSidesStandOnce()
    {
        WeightLayout layout = WeightLayout.Create(Whole(decoderLayers: 2).Spec);
        layout.Source!.TokenEmbedding.ShouldBe(layout.TokenEmbedding);
        layout.Tensors().Count(tensor => tensor == layout.TokenEmbedding).ShouldBe(1);
        layout.Tensors().Sum(tensor => tensor.Length).ShouldBeLessThanOrEqualTo(layout.Length);
        layout.OwnTensors().Concat(layout.Source.OwnTensors()).Distinct().Count().ShouldBe(layout.Tensors().Count());
    }

    [Theory]
    [InlineData(30)]
    [InlineData(256)]
    public void BucketsThatCannotBeDividedAreRefused(int buckets) =>
        Messages(Encoder().With("t5encoder." + BucketCount, TestModel.Integer(buckets))).ShouldContain(message => message.Contains(BucketCount));

    [Fact]
    public void AStartTokenIsOneOfTheVocabulary() =>
        Messages(Whole(decoderLayers: 2).With("t5.decoder_start_token_id", TestModel.Integer(80)))
            .ShouldHaveSingleItem().ShouldContain("decoder_start_token_id");

    [Fact]
    public void WhatIsMissingOrTooMuchIsNamed()
    {
        Messages(Encoder().WithoutTensor("enc.blk.0.attn_rel_b.weight")).ShouldHaveSingleItem().ShouldContain("enc.blk.0.attn_rel_b.weight");
        Messages(Whole(2).WithoutTensor("dec.blk.1.cross_attn_k.weight")).ShouldHaveSingleItem().ShouldContain("dec.blk.1.cross_attn_k.weight");
        Messages(Whole(2).With(Matrix("dec.blk.0.attn_gate.weight", Embedding, Embedding)))
            .ShouldHaveSingleItem().ShouldContain("dec.blk.0.attn_gate.weight");
    }

    private static TestModel Encoder() => Side(Usual("t5encoder"), "enc.", layers: 2).WithoutTensor("output.weight");

    private static TestModel Whole(int decoderLayers)
    {
        TestModel model = Side(Side(Usual("t5"), "enc.", layers: 2), "dec.", decoderLayers)
            .With("t5.decoder_block_count", TestModel.Integer(decoderLayers))
            .With("t5.decoder_start_token_id", TestModel.Integer(7));
        for (int layer = 0; layer < decoderLayers; layer++)
        {
            string prefix = $"dec.blk.{layer}.cross_attn_";
            model = new[] { "q", "k", "v", "o" }.Aggregate(model, (changed, name) => changed.With(Matrix($"{prefix}{name}.weight", Embedding, Embedding)))
                .With(Vector(prefix + "norm.weight", Embedding));
        }

        return model;
    }

    // Without llama's tensors and rotation.
    private static TestModel Usual(string architecture)
    {
        TestModel model = new TestModel { ArchitectureName = architecture, KeyValueHeads = Heads }
            .With(architecture + ".rope.dimension_count", null)
            .With(architecture + ".rope.freq_base", null)
            .With(architecture + "." + BucketCount, TestModel.Integer(Buckets))
            .WithoutTensor("output_norm.weight");
        string[] tensors = ["attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down"];
        return Enumerable.Range(0, model.Layers).SelectMany(layer => tensors.Select(name => $"blk.{layer}.{name}.weight"))
            .Aggregate(model, (changed, name) => changed.WithoutTensor(name));
    }

    private static TestModel Side(TestModel model, string side, int layers)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            string prefix = $"{side}blk.{layer}.";
            model = new[] { "attn_q", "attn_k", "attn_v", "attn_o" }
                .Aggregate(model, (changed, name) => changed.With(Matrix($"{prefix}{name}.weight", Embedding, Embedding)))
                .With(Vector(prefix + "attn_norm.weight", Embedding))
                .With(Vector(prefix + "ffn_norm.weight", Embedding))
                .With(Matrix(prefix + "ffn_gate.weight", Embedding, Hidden))
                .With(Matrix(prefix + "ffn_up.weight", Embedding, Hidden))
                .With(Matrix(prefix + "ffn_down.weight", Hidden, Embedding));
        }

        return model.With(Matrix(side + "blk.0.attn_rel_b.weight", Heads, Buckets)).With(Vector(side + "output_norm.weight", Embedding));
    }

    private static GgufTensor Vector(string name, int length) => TestModel.Tensor(name, TestModel.F32, length);

    private static GgufTensor Matrix(string name, int columns, int rows) => TestModel.Tensor(name, TestModel.F32, columns, rows);

    private static string[] Messages(TestModel model) => [.. Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message)];
}
