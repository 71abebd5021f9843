using System.Collections.Generic;
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

/// <summary>Layers whose heads and hidden units are of a number of their own, of which some have no attention or no network.</summary>
public sealed class LayerHeadsTests
{
    private const string Heads = "deci.attention.head_count";
    private const string KeyValueHeads = "deci.attention.head_count_kv";
    private const string Hidden = "deci.feed_forward_length";

    /// <summary>Attention and network, a network alone, nothing, and both again with other numbers.</summary>
    private static TestModel Deci
    {
        get
        {
            TestModel model = new TestModel { ArchitectureName = "deci", Layers = 4 }
                .With(Heads, Array(4, 0, 0, 2))
                .With(KeyValueHeads, Array(2, 0, 0, 1))
                .With(Hidden, Array(96, 64, 0, 32))
                .With(TestModel.Tensor("blk.3.attn_q.weight", TestModel.Q8_0, 64, 32))
                .With(TestModel.Tensor("blk.3.attn_k.weight", TestModel.Q8_0, 64, 16))
                .With(TestModel.Tensor("blk.3.attn_v.weight", TestModel.Q8_0, 64, 16))
                .With(TestModel.Tensor("blk.3.attn_output.weight", TestModel.Q8_0, 32, 64));
            string[] ofAttention = ["attn_norm", "attn_q", "attn_k", "attn_v", "attn_output"];
            model = new[] { 1, 2 }.SelectMany(layer => ofAttention.Select(name => $"blk.{layer}.{name}.weight"))
                .Concat(new[] { "ffn_norm", "ffn_gate", "ffn_up", "ffn_down" }.Select(name => $"blk.2.{name}.weight"))
                .Aggregate(model, (changed, name) => changed.WithoutTensor(name));
            foreach ((int layer, int units) in new[] { (1, 64), (3, 32) })
            {
                model = model
                    .With(TestModel.Tensor($"blk.{layer}.ffn_gate.weight", TestModel.Q8_0, 64, units))
                    .With(TestModel.Tensor($"blk.{layer}.ffn_up.weight", TestModel.Q8_0, 64, units))
                    .With(TestModel.Tensor($"blk.{layer}.ffn_down.weight", TestModel.Q8_0, units, 64));
            }

            return model;
        }
    }

    [Fact]
    public void EachLayerHasItsOwn()
    {
        ModelSpec spec = Deci.Spec;
        spec.Layers.Select(layer => layer.Mixers.Count).ShouldBe([1, 0, 1]);
        spec.Layers[0].Attention().Heads.ShouldBe(new HeadShape(4, 2, 16));
        spec.Layers[2].Attention().Heads.ShouldBe(new HeadShape(2, 1, 16));
        spec.Layers.Select(layer => layer.FeedForward().Up.Rows).ShouldBe([96, 64, 32]);
        spec.Layers[1].MixerNorm.ShouldBeNull();
    }

    [Fact]
    public void ALayerWithoutAttentionRemembersNothing()
    {
        ModelPlan plan = Deci.Plan;
        plan.State.Classes.ShouldHaveSingleItem().Parts.ShouldHaveSingleItem().Heads.ShouldBe(2 + 1);
        WeightLayout.Create(Deci.Spec).Layers[1].Mixers.ShouldBeEmpty();
    }

    [Fact]
    public void NumbersMustFit()
    {
        Messages(Deci.With(Heads, Array(4, 0, 0))).ShouldContain(
            $"metadata key '{Heads}' must have a number from 0 to 16777216 for each of 4 layers, not [4, 0, 0]");
        Messages(Deci.With(KeyValueHeads, Array(3, 0, 0, 1))).ShouldContain($"metadata key '{KeyValueHeads}' has 3, which does not divide {Heads} = 4");
        Messages(Deci.With(KeyValueHeads, Array(2, 1, 0, 1))).ShouldContain($"metadata key '{KeyValueHeads}' has 1, which does not divide {Heads} = 0");
        Messages(Deci.With(KeyValueHeads, TestModel.Integer(3))).ShouldContain($"metadata key '{KeyValueHeads}' is 3, which does not divide {Heads} = 4, 0, 2");
    }

    private static IReadOnlyList<string> Messages(TestModel model) => [.. Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message)];

    private static GgufValue Array(params int[] numbers) => new(GgufValueType.Array, Array: new GgufArray(
        GgufValueType.UInt32, numbers.Length, new string('0', 64), numbers.Select(number => TestModel.Integer(number)).ToEquatableArray()));
}
