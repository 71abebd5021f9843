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

/// <summary>Delta rules whose keys decay element by element, and latent attention without rotation, as the files of Kimi Linear have them.</summary>
public sealed class KimiLinearTests
{
    private const string Prefix = "kimi-linear.";
    private const int Embedding = 64;
    private const int Heads = 4;
    private const int Dimension = 32;
    private const int Rows = Heads * Dimension;
    private const int Taps = 4;
    private const int Rank = 32;
    private const int Key = 32;
    private const int Shared = 16;
    private const int Value = 32;

    [Fact]
    public void LayersWithoutKeyValueHeadsAreDeltaRules()
    {
        ModelSpec spec = Model().Spec;
        spec.Layers.Select(layer => layer.Mixers.Single().Name).ShouldBe(["DeltaRule", "Attention"]);
        var delta = (DeltaRuleSpec)spec.Layers[0].Mixers.Single();
        delta.Heads.ShouldBe(new DeltaRuleHeads(Heads, Heads, Dimension, Dimension, AreNeighbours: true, DecaysElements: true));
        Enumerable.Range(0, Heads).Select(delta.Heads.KeyHeadOf).ShouldBe([0, 1, 2, 3]);
        delta.GatesBySigmoid.ShouldBeTrue();
        delta.DecayDown.ShouldBe(new TensorSpec("blk.0.ssm_f_a.weight", TestModel.Q8_0, Embedding, Dimension));
        delta.Decay.ShouldBe(new TensorSpec("blk.0.ssm_f_b.weight", TestModel.Q8_0, Dimension, Rows));
        delta.OutputGateDown.ShouldBe(new TensorSpec("blk.0.ssm_g_a.weight", TestModel.Q8_0, Embedding, Dimension));
        delta.Filter.Select(tensor => tensor.Name).ShouldBe(
            ["blk.0.ssm_conv1d_q.weight", "blk.0.ssm_conv1d_k.weight", "blk.0.ssm_conv1d_v.weight"]);
        spec.Rotaries.ShouldBeEmpty();
        var latent = (LatentAttentionSpec)spec.Layers[1].Mixers.Single();
        latent.Rotary.ShouldBeNull();
        latent.Shape.ShouldBe(new LatentShape(Heads, Rank, Key, Shared, Value));
        spec.Layers[1].Network.ShouldBeOfType<ExpertsSpec>().Router.Normalises.ShouldBeTrue();
    }

    /// <summary>Decays and gates are products of two matrices; the filters of three tensors are one, tap by tap.</summary>
    [Fact]
    public void FiltersThatStandApartAreOne()
    {
        TestModel model = Model();
        var packed = (PackedDeltaRule)WeightLayout.Create(model.Spec).Layers[0].Mixers.Single();
        packed.Projections.ShouldHaveSingleItem().Name.ShouldBe("QueryKeyValueBeta");
        packed.Inputs.Select(matrix => matrix.Name).ShouldBe(["QueryKeyValueBeta", "OutputGateDown", "DecayDown"]);
        PackedVector filter = packed.Vectors[0];
        filter.Columns.ShouldBe(3 * Rows * Taps);

        // The second tap of the first channel of the keys.
        filter.SourceIndexOf(3 * Rows + Rows).ShouldBe(Rows * Taps + 1);

        // The inputs of three tokens and a matrix a head, in floats; of the latent attention one key.
        ModelPlan plan = model.Plan;
        plan.State.FixedBytes.ShouldBe((3 * 3 * Rows + Heads * Dimension * Dimension) * sizeof(float));
        plan.State.Classes.ShouldHaveSingleItem().Parts.ShouldHaveSingleItem().Heads.ShouldBe(1);
        plan.Kernels.Select(kernel => kernel.Name).ShouldNotContain(name => name.StartsWith("Rope", System.StringComparison.Ordinal));
    }

    [Fact]
    public void SettingsThatDoNotFitAreRefusedByName()
    {
        Messages(Model().With(Prefix + "kda.head_dim", TestModel.Integer(24))).ShouldBe(
            ["metadata key 'kimi-linear.kda.head_dim' is 24; heads of a delta rule have a multiple of 16 floats, 1024 at most"]);
        Messages(Model().With(Prefix + "ssm.conv_kernel", TestModel.Integer(1))).ShouldBe(
            ["metadata key 'kimi-linear.ssm.conv_kernel' is 1; a convolution sees at least 2 tokens"]);
        Messages(Model().With(Prefix + "rope.dimension_count", null)).ShouldContain("metadata key 'kimi-linear.rope.dimension_count' is missing");
    }

    [Fact]
    public void WeightsOfExpertsAreDividedByTheirSumWhateverTheFileSays() =>
        Model().With(Prefix + "expert_weights_norm", new GgufValue(GgufValueType.Bool, Integer: 1)).Spec.Layers.ShouldBe(Model().Spec.Layers);

    private static TestModel Model()
    {
        const int Experts = 4, Hidden = 32;
        TestModel model = new() { ArchitectureName = "kimi-linear", Heads = Heads };
        (string Name, int Value)[] settings =
        [
            ("ssm.conv_kernel", Taps), ("kda.head_dim", Dimension), ("attention.kv_lora_rank", Rank), ("attention.key_length", Rank + Shared),
            ("attention.key_length_mla", Key + Shared), ("attention.value_length_mla", Value), ("rope.dimension_count", Shared),
            ("expert_count", Experts), ("expert_used_count", 2), ("expert_feed_forward_length", Hidden), ("expert_shared_count", 1),
            ("expert_gating_func", 2), ("leading_dense_block_count", 1),
        ];
        model = settings.Aggregate(model, (changed, setting) => changed.With(Prefix + setting.Name, TestModel.Integer(setting.Value)))
            .With(Prefix + "attention.value_length", null)
            .With(Prefix + "attention.head_count_kv", Array([0, 1]));
        GgufTensor[] tensors =
        [
            .. new[] { "q", "k", "v" }.SelectMany(part => new[]
            {
                TestModel.Tensor($"blk.0.attn_{part}.weight", TestModel.Q8_0, Embedding, Rows),
                TestModel.Tensor($"blk.0.ssm_conv1d_{part}.weight", TestModel.F32, Taps, 1, Rows),
            }),
            TestModel.Tensor("blk.0.ssm_beta.weight", TestModel.Q8_0, Embedding, Heads),
            TestModel.Tensor("blk.0.ssm_f_a.weight", TestModel.Q8_0, Embedding, Dimension),
            TestModel.Tensor("blk.0.ssm_f_b.weight", TestModel.Q8_0, Dimension, Rows),
            TestModel.Tensor("blk.0.ssm_g_a.weight", TestModel.Q8_0, Embedding, Dimension),
            TestModel.Tensor("blk.0.ssm_g_b.weight", TestModel.Q8_0, Dimension, Rows),
            TestModel.Tensor("blk.0.ssm_dt.bias", TestModel.F32, Rows),
            TestModel.Tensor("blk.0.ssm_a", TestModel.F32, 1, Heads),
            TestModel.Tensor("blk.0.ssm_norm.weight", TestModel.F32, Dimension),
            TestModel.Tensor("blk.0.attn_output.weight", TestModel.Q8_0, Rows, Embedding),
            TestModel.Tensor("blk.1.attn_q.weight", TestModel.Q8_0, Embedding, Heads * (Key + Shared)),
            TestModel.Tensor("blk.1.attn_kv_a_mqa.weight", TestModel.Q8_0, Embedding, Rank + Shared),
            TestModel.Tensor("blk.1.attn_kv_a_norm.weight", TestModel.F32, Rank),
            TestModel.Tensor("blk.1.attn_k_b.weight", TestModel.Q8_0, Key, Rank, Heads),
            TestModel.Tensor("blk.1.attn_v_b.weight", TestModel.Q8_0, Rank, Value, Heads),
            TestModel.Tensor("blk.1.attn_output.weight", TestModel.Q8_0, Heads * Value, Embedding),
            TestModel.Tensor("blk.1.ffn_gate_inp.weight", TestModel.F32, Embedding, Experts),
            TestModel.Tensor("blk.1.exp_probs_b.bias", TestModel.F32, Experts),
            TestModel.Tensor("blk.1.ffn_gate_exps.weight", TestModel.Q8_0, Embedding, Hidden, Experts),
            TestModel.Tensor("blk.1.ffn_up_exps.weight", TestModel.Q8_0, Embedding, Hidden, Experts),
            TestModel.Tensor("blk.1.ffn_down_exps.weight", TestModel.Q8_0, Hidden, Embedding, Experts),
            TestModel.Tensor("blk.1.ffn_gate_shexp.weight", TestModel.Q8_0, Embedding, Hidden),
            TestModel.Tensor("blk.1.ffn_up_shexp.weight", TestModel.Q8_0, Embedding, Hidden),
            TestModel.Tensor("blk.1.ffn_down_shexp.weight", TestModel.Q8_0, Hidden, Embedding),
        ];
        return new[] { "attn_k", "attn_v", "ffn_gate", "ffn_up", "ffn_down" }
            .Aggregate(tensors.Aggregate(model, (changed, tensor) => changed.With(tensor)), (changed, name) => changed.WithoutTensor($"blk.1.{name}.weight"));
    }

    private static GgufValue Array(int[] numbers) => new(GgufValueType.Array, Array: new GgufArray(
        GgufValueType.Int32, numbers.Length, new string('0', 64), numbers.Select(number => new GgufValue(GgufValueType.Int32, Integer: number)).ToEquatableArray()));

    private static IEnumerable<string> Messages(TestModel model) => Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message);
}
