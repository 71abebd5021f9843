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

/// <summary>Models of time mixing, as their files have them.</summary>
public sealed class TimeMixTests
{
    private const int Embedding = 64;
    private const int Dimension = 16;
    private const int Hidden = 96;

    [Fact]
    public void LayersAreTimeAndChannelMixing()
    {
        ModelSpec spec = Rwkv7().Spec;
        spec.Attentions.ShouldBeEmpty();
        GooseSpec[] mixers = [.. spec.Layers.Select(layer => (GooseSpec)layer.Mixers.Single())];
        mixers[0].Heads.ShouldBe(new TimeMixHeads(Embedding / Dimension, Dimension));

        // The shifts stand in one tensor, in the order of receptance, decay, key, value, rate and gate.
        TensorSpec shift = new("blk.1.time_mix_lerp_fused.weight", TestModel.F32, Embedding, 1);
        GooseSpec second = mixers[1];
        new[] { second.Receptance.Shift, second.Decay.Shift, second.Key.Shift, second.Value.Shift, second.Rate.Shift, second.Gate!.Shift }
            .ShouldBe(Enumerable.Range(0, 6).Select(i => shift with { First = i * Embedding }));

        // What the others mix theirs with is the first layer's values.
        mixers[0].ValueMix.ShouldBeNull();
        second.ValueMix!.Shift.ShouldBe(second.Value.Shift);
        second.ValueMix.Up.ShouldBe(new TensorSpec("blk.1.time_mix_v2.weight", TestModel.F32, 8, Embedding));
        ChannelMixSpec network = (ChannelMixSpec)spec.Layers[1].Network!;
        network.Receptance.ShouldBeNull();
        network.Network.Down.ShouldBe(new TensorSpec("blk.1.channel_mix_value.weight", TestModel.Q8_0, Hidden, Embedding));
    }

    [Theory]
    [InlineData("v0")]
    [InlineData("v1")]
    [InlineData("v2")]
    public void TheFirstLayerMayHaveTensorsOfAMixOrNot(string part)
    {
        TestModel model = Rwkv7();
        model.With(TestModel.Tensor($"blk.0.time_mix_{part}.weight", TestModel.F32, Embedding)).Spec.Layers.ShouldBe(model.Spec.Layers);
        Messages(model.WithoutTensor($"blk.1.time_mix_{part}.weight")).Single().ShouldContain($"blk.1.time_mix_{part}.weight");
    }

    [Fact]
    public void StatesHaveAFixedSizeAndThereAreNoPages()
    {
        // Of each layer two tokens and a matrix a head, in floats.
        ModelPlan plan = Rwkv7().Plan;
        plan.State.Classes.ShouldBeEmpty();
        plan.State.FixedBytes.ShouldBe(2 * (2 * Embedding + Embedding * Dimension) * sizeof(float));

        // All rows go through the last token shift; behind it those that want logits do.
        plan.Selection.Layer.ShouldBe(1);
        plan.LayerKinds[plan.KindOfLayer[1]].Steps[plan.Selection.Step].Name.ShouldBe("ChannelShift");
        plan.Selection.Buffers.ShouldBe(["MixedHidden", "X"]);
    }

    [Fact]
    public void RankFunctionsAndProjectionsArePackedApart()
    {
        PackedGoose packed = (PackedGoose)WeightLayout.Create(Rwkv7().Spec).Layers[1].Mixers.Single();
        packed.Tensors().OfType<PackedMatrix>().Select(matrix => matrix.Name).ShouldBe(
        [
            "Receptance", "Key", "Value", "DecayDown", "DecayUp", "RateDown", "RateUp", "ValueMixDown", "ValueMixUp", "OutputGateDown", "OutputGateUp",
            "TimeMixOutput",
        ]);
    }

    [Fact]
    public void GateAndNormMayBeMissingWhereAttentionBecameTimeMixing()
    {
        TestModel model = Arwkv7();
        GooseSpec whole = (GooseSpec)model.Spec.Layers[1].Mixers.Single();
        whole.Gate.ShouldNotBeNull();
        whole.Norm!.Kind.ShouldBe(NormKind.Layer);
        model.Spec.Layers[1].Network.ShouldBeOfType<FeedForwardSpec>().Gate.ShouldNotBeNull();

        TestModel plain = model.With("arwkv7.attention.gate_lora_rank", null);
        for (int layer = 0; layer < model.Layers; layer++)
        {
            plain = new[] { "g1.weight", "g2.weight", "ln.weight", "ln.bias" }.Aggregate(
                plain, (changed, name) => changed.WithoutTensor($"blk.{layer}.time_mix_{name}"));
        }

        // A shift for a gate that is not there is not read.
        foreach (int shifts in new[] { 5, 6 })
        {
            TestModel ungated = Enumerable.Range(0, model.Layers).Aggregate(plain, (changed, layer) =>
                changed.With(TestModel.Tensor($"blk.{layer}.time_mix_lerp_fused.weight", TestModel.F32, Embedding, 1, 1, shifts)));
            GooseSpec bare = (GooseSpec)ungated.Spec.Layers[1].Mixers.Single();
            bare.Gate.ShouldBeNull();
            bare.Norm.ShouldBeNull();
            ungated.Plan.State.FixedBytes.ShouldBe(2 * (Embedding + Embedding * Dimension) * sizeof(float));
        }
    }

    [Fact]
    public void ShiftsMayStandApart()
    {
        TestModel model = Rwkv6();
        FinchSpec fused = (FinchSpec)model.Spec.Layers[1].Mixers.Single();
        TensorSpec shift = new("blk.1.time_mix_lerp_fused.weight", TestModel.F32, Embedding, 1);
        new[] { fused.Decay.Shift, fused.Key.Shift, fused.Value.Shift, fused.Receptance.Shift, fused.Gate.Shift }
            .ShouldBe(Enumerable.Range(0, 5).Select(i => shift with { First = i * Embedding }));
        TestModel apart = model;
        for (int layer = 0; layer < model.Layers; layer++)
        {
            apart = "wkvrg".Aggregate(apart.WithoutTensor($"blk.{layer}.time_mix_lerp_fused.weight"), (changed, part) =>
                changed.With(TestModel.Tensor($"blk.{layer}.time_mix_lerp_{part}.weight", TestModel.F32, Embedding, 1, 1)));
        }

        ((FinchSpec)apart.Spec.Layers[1].Mixers.Single()).Receptance.Shift.Name.ShouldBe("blk.1.time_mix_lerp_r.weight");
        ((ChannelMixSpec)apart.Spec.Layers[1].Network!).Receptance!.Weight.Name.ShouldBe("blk.1.channel_mix_receptance.weight");
    }

    [Theory]
    [InlineData(0, new[] { false, false })]
    [InlineData(1, new[] { true, true })]
    [InlineData(2, new[] { false, true })]
    public void TheStreamIsHalvedBehindEverySoManyLayers(int every, bool[] halved)
    {
        ModelSpec spec = Rwkv6().With("rwkv6.rescale_every_n_layers", TestModel.Integer(every)).Spec;
        spec.Layers.Select(layer => layer.IsHalved).ShouldBe(halved);
    }

    [Fact]
    public void ATokenShiftALayerMoreOrLessIsRefused()
    {
        Rwkv7().With("rwkv7.token_shift_count", TestModel.Integer(2)).Spec.ShouldNotBeNull();
        Messages(Rwkv7().With("rwkv7.token_shift_count", TestModel.Integer(1))).ShouldBe(
            ["the model asks for rwkv7.token_shift_count = 1, which is not supported"]);
        Arwkv7().With("arwkv7.token_shift_count", TestModel.Integer(1)).Spec.ShouldNotBeNull();
    }

    [Fact]
    public void SizesThatDoNotFitAreRefusedByName()
    {
        Messages(Rwkv7().With("rwkv7.wkv.head_size", TestModel.Integer(24))).ShouldBe(
            ["metadata key 'rwkv7.wkv.head_size' is 24; heads of a time mixing have a multiple of 16 floats, 1024 at most"]);
        Messages(Rwkv7().With("rwkv7.wkv.head_size", TestModel.Integer(48))).ShouldBe(
            ["metadata key 'rwkv7.wkv.head_size' is 48, which does not divide embedding_length = 64"]);
        Messages(Rwkv7().With("rwkv7.attention.gate_lora_rank", null)).ShouldBe(["metadata key 'rwkv7.attention.gate_lora_rank' is missing"]);
        Messages(Rwkv6().With("rwkv6.time_mix_extra_dim", TestModel.Integer(24))).ShouldBe(
            ["metadata key 'rwkv6.time_mix_extra_dim' is 24; a multiple of 32 is supported"]);
        Messages(Rwkv7().WithoutTensor("blk.1.channel_mix_lerp_k.weight")).Single().ShouldContain("blk.1.channel_mix_lerp_k.weight");
    }

    private static TestModel Rwkv7() => WithChannelMix(Goose(Create("rwkv7", layerNorm: true)), hasReceptance: false);

    private static TestModel Arwkv7() => Goose(Create("arwkv7", layerNorm: false));

    private static TestModel Rwkv6()
    {
        TestModel model = WithChannelMix(Create("rwkv6", layerNorm: true), hasReceptance: true)
            .With("rwkv6.time_mix_extra_dim", TestModel.Integer(32)).With("rwkv6.time_decay_extra_dim", TestModel.Integer(8));
        return OfLayers(model, prefix =>
        [
            Vector(prefix + "time_mix_lerp_x.weight"),
            TestModel.Tensor(prefix + "time_mix_lerp_fused.weight", TestModel.F32, Embedding, 1, 1, 5),
            TestModel.Tensor(prefix + "time_mix_w1.weight", TestModel.F32, Embedding, 160),
            TestModel.Tensor(prefix + "time_mix_w2.weight", TestModel.F32, 32, Embedding, 5),
            TestModel.Tensor(prefix + "time_mix_first.weight", TestModel.F32, Dimension, Embedding / Dimension),
            Vector(prefix + "time_mix_decay.weight"),
            TestModel.Tensor(prefix + "time_mix_decay_w1.weight", TestModel.F32, Embedding, 8),
            TestModel.Tensor(prefix + "time_mix_decay_w2.weight", TestModel.F32, 8, Embedding),
            Matrix(prefix + "time_mix_gate.weight"),
        ]);
    }

    private static TestModel Goose(TestModel model)
    {
        string name = model.ArchitectureName;
        foreach (string rank in new[] { "decay", "iclr", "value_residual_mix", "gate" })
        {
            model = model.With($"{name}.attention.{rank}_lora_rank", TestModel.Integer(8));
        }

        model = OfLayers(model, prefix =>
        [
            TestModel.Tensor(prefix + "time_mix_lerp_fused.weight", TestModel.F32, Embedding, 1, 1, 6),
            .. new[] { "k_k", "k_a", "r_k" }.Select(part => Vector($"{prefix}time_mix_{part}.weight")),
            .. "wavg".SelectMany(part => LowRank($"{prefix}time_mix_{part}", hasBias: part != 'g')),
        ]);
        return Enumerable.Range(0, 3).Aggregate(model, (changed, part) => changed.WithoutTensor($"blk.0.time_mix_v{part}.weight"));
    }

    private static TestModel WithChannelMix(TestModel model, bool hasReceptance)
    {
        model = OfLayers(model, prefix =>
        [
            Vector(prefix + "attn_norm_2.weight"),
            Vector(prefix + "attn_norm_2.bias"),
            Vector(prefix + "channel_mix_lerp_k.weight"),
            TestModel.Tensor(prefix + "channel_mix_key.weight", TestModel.Q8_0, Embedding, Hidden),
            TestModel.Tensor(prefix + "channel_mix_value.weight", TestModel.Q8_0, Hidden, Embedding),
            .. hasReceptance ? new[] { Vector(prefix + "channel_mix_lerp_r.weight"), Matrix(prefix + "channel_mix_receptance.weight") } : [],
        ]);
        for (int layer = 0; layer < model.Layers; layer++)
        {
            model = new[] { "ffn_norm", "ffn_gate", "ffn_up", "ffn_down" }.Aggregate(
                model, (changed, name) => changed.WithoutTensor($"blk.{layer}.{name}.weight"));
        }

        return model;
    }

    // What all time mixings have, without attention.
    private static TestModel Create(string architecture, bool layerNorm)
    {
        TestModel model = new() { ArchitectureName = architecture, Hidden = Hidden };
        model = model.With(architecture + ".wkv.head_size", TestModel.Integer(Dimension));
        model = OfLayers(model, prefix =>
        [
            .. new[] { "receptance", "key", "value", "output" }.Select(part => Matrix($"{prefix}time_mix_{part}.weight")),
            Vector(prefix + "time_mix_ln.weight"),
            Vector(prefix + "time_mix_ln.bias"),
            .. layerNorm ? new[] { Vector(prefix + "attn_norm.bias") } : [],
        ]);
        for (int layer = 0; layer < model.Layers; layer++)
        {
            model = new[] { "q", "k", "v", "output" }.Aggregate(model, (changed, name) => changed.WithoutTensor($"blk.{layer}.attn_{name}.weight"));
        }

        return !layerNorm ? model : model.With(architecture + ".attention.layer_norm_epsilon", TestModel.Real(1e-5f))
            .With(Vector("token_embd_norm.weight")).With(Vector("token_embd_norm.bias")).With(Vector("output_norm.bias"));
    }

    private static TestModel OfLayers(TestModel model, System.Func<string, GgufTensor[]> tensors) => Enumerable.Range(0, model.Layers)
        .SelectMany(layer => tensors($"blk.{layer}.")).Aggregate(model, (changed, tensor) => changed.With(tensor));

    private static IEnumerable<GgufTensor> LowRank(string name, bool hasBias) =>
    [
        TestModel.Tensor(name + "1.weight", TestModel.F32, Embedding, 8),
        TestModel.Tensor(name + "2.weight", TestModel.F32, 8, Embedding),
        .. hasBias ? new[] { Vector(name + "0.weight") } : [],
    ];

    private static GgufTensor Vector(string name) => TestModel.Tensor(name, TestModel.F32, Embedding);

    private static GgufTensor Matrix(string name) => TestModel.Tensor(name, TestModel.Q8_0, Embedding, Embedding);

    private static string[] Messages(TestModel model) => [.. Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message)];
}
