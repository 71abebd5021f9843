using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using ModelGen.Layout;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>State spaces whose rows alternate with those of their gates, as the files of PLaMo 2 have them.</summary>
public sealed class PlamoTests
{
    private const int Embedding = 64;
    private const int Heads = 4;
    private const int Channels = 128;
    private const int State = 16;
    private const int Rank = 64;
    private const int Taps = 4;

    [Fact]
    public void RowsOfGatesAndInputsAlternate()
    {
        ModelSpec spec = Model(Array([0, 4])).Spec;
        spec.Layers.Select(layer => layer.Mixers.Single().Name).ShouldBe(["StateSpace", "Attention"]);
        var stateSpace = (StateSpaceSpec)spec.Layers[0].Mixers.Single();
        stateSpace.Shape.ShouldBe(new StateSpaceShape(Channels, Heads, Groups: 1, State));
        TensorSpec gate = new("blk.0.ssm_in.weight", TestModel.Q8_0, Embedding, Channels, Run: 32, RunPitch: 64 * Embedding);
        stateSpace.Gate.ShouldBe(gate);
        stateSpace.Input.ShouldBe(gate with { First = 32 * Embedding });

        // B and C stand before what the steps follow from.
        SelectionSpec selection = stateSpace.Selection.ShouldNotBeNull();
        selection.StateWeights.ShouldBe(new TensorSpec("blk.0.ssm_x.weight", TestModel.Q8_0, Channels, 2 * State));
        selection.StepInput.ShouldBe(new TensorSpec("blk.0.ssm_x.weight", TestModel.Q8_0, Channels, Rank, First: 2 * State * Channels));
        spec.Layers.Select(layer => layer.MixerPostNorm!.Weight!.Name).ShouldBe(["blk.0.post_attention_norm", "blk.1.post_attention_norm"]);

        PackedMatrix packed = ((PackedStateSpace)WeightLayout.Create(spec).Layers[0].Mixers.Single()).Input;
        packed.Name.ShouldBe("StateSpaceGateInput");
        packed.FirstRowOf(1).ShouldBe(stateSpace.Rows.Convolved);
    }

    /// <summary>The heads of layers of which some have none may be one number, or one a layer.</summary>
    [Fact]
    public void HeadsMayBeWrittenOnceALayer()
    {
        ModelSpec spec = Model(TestModel.Integer(4)).Spec;
        Model(Array([0, 4])).Spec.ShouldBe(spec with { ShapeHash = Model(Array([0, 4])).Spec.ShapeHash });
        Messages(Model(Array([2, 4]))).ShouldContain("the model asks for plamo2.attention.head_count = [2, 4] (layers that differ), which is not supported");
        Messages(Model(Array([4, 0]))).ShouldBe(["metadata key 'plamo2.attention.head_count' is 0 for layer 1, which has key/value heads"]);
    }

    [Fact]
    public void GroupsAreRefused() => Messages(Model(TestModel.Integer(4)).With("plamo2.ssm.group_count", TestModel.Integer(2))).Single()
        .ShouldContain("plamo2.ssm.group_count = 2");

    private static TestModel Model(GgufValue heads)
    {
        (string Name, int Value)[] settings =
        [
            ("ssm.conv_kernel", Taps), ("ssm.inner_size", Channels), ("ssm.state_size", State), ("ssm.time_step_rank", Heads), ("ssm.group_count", 0),
        ];
        TestModel model = new() { ArchitectureName = "plamo2" };
        model = settings.Aggregate(model, (changed, setting) => changed.With("plamo2." + setting.Name, TestModel.Integer(setting.Value)))
            .With("plamo2.attention.head_count", heads)
            .With("plamo2.attention.head_count_kv", Array([0, 2]));
        GgufTensor[] tensors =
        [
            .. new[] { "post_attention_norm", "post_ffw_norm" }.SelectMany(name => new[] { 0, 1 }.Select(layer =>
                TestModel.Tensor($"blk.{layer}.{name}", TestModel.F32, Embedding))),
            TestModel.Tensor("blk.0.ssm_in.weight", TestModel.Q8_0, Embedding, 2 * Channels),
            TestModel.Tensor("blk.0.ssm_conv1d.weight", TestModel.F32, Taps, Channels),
            TestModel.Tensor("blk.0.ssm_x.weight", TestModel.Q8_0, Channels, 2 * State + Rank),
            TestModel.Tensor("blk.0.ssm_dt.weight", TestModel.Q8_0, Rank, Heads),
            TestModel.Tensor("blk.0.ssm_dt.bias", TestModel.F32, Heads),
            TestModel.Tensor("blk.0.ssm_a", TestModel.F32, Heads),
            TestModel.Tensor("blk.0.ssm_d", TestModel.F32, Heads),
            TestModel.Tensor("blk.0.ssm_dt_norm", TestModel.F32, Rank),
            TestModel.Tensor("blk.0.ssm_b_norm", TestModel.F32, State),
            TestModel.Tensor("blk.0.ssm_c_norm", TestModel.F32, State),
            TestModel.Tensor("blk.0.ssm_out.weight", TestModel.Q8_0, Channels, Embedding),
            TestModel.Tensor("blk.1.attn_q_norm.weight", TestModel.F32, 16, 4),
            TestModel.Tensor("blk.1.attn_k_norm.weight", TestModel.F32, 16, 2),
        ];
        return new[] { "attn_q", "attn_k", "attn_v", "attn_output" }
            .Aggregate(tensors.Aggregate(model, (changed, tensor) => changed.With(tensor)), (changed, name) => changed.WithoutTensor($"blk.0.{name}.weight"));
    }

    private static GgufValue Array(int[] numbers) => new(GgufValueType.Array, Array: new GgufArray(
        GgufValueType.Int32, numbers.Length, new string('0', 64), numbers.Select(number => new GgufValue(GgufValueType.Int32, Integer: number)).ToEquatableArray()));

    private static IEnumerable<string> Messages(TestModel model) => Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message);
}
