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

/// <summary>What Gemma 4 has that differs by layer: inputs of their own, states that are another layer's, sizes.</summary>
public sealed class PerLayerTests
{
    private const int Length = 32;
    private const int Layers = 4;
    private const int Vocabulary = 80;

    // Layers 2 and 3 read the keys and values of 0 and 1.
    private static TestModel Gemma => Model(shared: 2);

    [Fact]
    public void LayersReadTheLastStatesOfTheirKind()
    {
        AttentionSpec[] attentions = [.. Gemma.Spec.Attentions];
        attentions.Select(attention => attention.KeysOf).ShouldBe([null, null, 0, 1]);
        attentions.Select(attention => attention.Heads.Dimension).ShouldBe([16, 32, 16, 32]);
        attentions[2].Key.ShouldBeNull();
        attentions[2].KeyNorm.ShouldBeNull();
        attentions[2].ValueNorm.ShouldBeNull();
        attentions[0].ValueNorm!.Weight.ShouldBeNull();
    }

    [Fact]
    public void SharedStatesTakeNoMemoryAndNoStep()
    {
        ModelPlan plan = Gemma.Plan;
        ModelPlan own = Model(shared: 0).Plan;
        (2 * plan.State.Classes.Sum(state => state.PageBytes)).ShouldBe(own.State.Classes.Sum(state => state.PageBytes));
        plan.State.Classes.Select(state => state.Parts.Single().Layout.Stride).ShouldBe([32, 32]);

        int field = plan.Weights.Fields.ToList().FindIndex(candidate => candidate.Name == "KeysAndValues");
        plan.Weights.Rows.Select(row => row.Offsets[field]).ShouldBe([0, 0, 0, 0]);
        plan.LayerKinds[plan.KindOfLayer[2]].Steps.ShouldAllBe(step => !step.WritesState);
        plan.LayerKinds[plan.KindOfLayer[1]].Steps.Count(step => step.WritesState).ShouldBe(1);

        // Rows without logits are done behind the last state that is written.
        plan.Selection.Layer.ShouldBe(1);
    }

    [Fact]
    public void ATokensRowsOfTheTableStandBehindEachOther()
    {
        PerLayerInputSpec inputs = Gemma.Spec.PerLayerInputs!;
        inputs.Table.Columns.ShouldBe(Length);
        inputs.Table.Rows.ShouldBe(Layers * Vocabulary);
        WeightLayout layout = WeightLayout.Create(Gemma.Spec);
        layout.PerLayerTable!.Length.ShouldBe(layout.PerLayerTable.Format.RowBytes(Length * Layers) * Vocabulary);
        long whole = Gemma.Plan.TokenCost.WeightBytes;
        Model(shared: 2, vocabulary: 2 * Vocabulary).Plan.TokenCost.WeightBytes.ShouldBe(whole + layout.Output!.Length);
    }

    [Fact]
    public void ATableWhoseRowsAreNoWholeBlocksIsRefused() => Messages(Gemma.With("gemma4.embedding_length_per_layer_input", TestModel.Integer(24)))
        .ShouldContain("metadata key 'gemma4.embedding_length_per_layer_input' is 24, which is no multiple of 32");

    /// <summary>Of three layers with their own, the last one has a window, which layer 3 has not.</summary>
    [Fact]
    public void ASharedStateOfAnotherKindIsRefused() => Messages(Gemma.With("gemma4.attention.shared_kv_layers", TestModel.Integer(1)))
        .ShouldContain("metadata key 'gemma4.attention.shared_kv_layers' leaves 3 layers with keys and values, of which none has those that layer 3 reads");

    [Fact]
    public void APatternMustBeThere() => Messages(Gemma.With("gemma4.attention.sliding_window_pattern", null))
        .ShouldContain("metadata key 'gemma4.attention.sliding_window_pattern' must have true or false for each of 4 layers");

    [Fact]
    public void ALayerWithoutKeyValueHeadsIsRefused() => Messages(Gemma.With("gemma4.attention.head_count_kv", Numbers(2, 2, 2, 0)))
        .ShouldContain("metadata key 'gemma4.attention.head_count_kv' is 0 for a layer, which has no other way to see the tokens before it");

    [Fact]
    public void HiddenUnitsMayDifferByLayer()
    {
        TestModel model = Enumerable.Range(2, 2).Aggregate(
            Gemma.With("gemma4.feed_forward_length", Numbers(96, 96, 128, 128)),
            (wide, layer) => wide
                .With(TestModel.Tensor($"blk.{layer}.ffn_gate.weight", TestModel.Q8_0, 64, 128))
                .With(TestModel.Tensor($"blk.{layer}.ffn_up.weight", TestModel.Q8_0, 64, 128))
                .With(TestModel.Tensor($"blk.{layer}.ffn_down.weight", TestModel.Q8_0, 128, 64)));
        model.Spec.Layers.Select(layer => layer.FeedForward().Up.Rows).ShouldBe([96, 96, 128, 128]);
        Messages(Gemma.With("gemma4.feed_forward_length", Numbers(96, 96, 128))).ShouldContain(
            "metadata key 'gemma4.feed_forward_length' must have a number from 1 to 16777216 for each of 4 layers, not [96, 96, 128]");
    }

    /// <summary>What llama.cpp takes for granted of Gemma 3n, whatever its files say.</summary>
    [Theory]
    [InlineData("altup.num_inputs", 4, 2)]
    [InlineData("altup.active_idx", 0, 1)]
    [InlineData("embedding_length_per_layer_input", 256, 128)]
    [InlineData("attention.shared_kv_layers", 0, 1)]
    public void SettingsOfGemma3nThatSayTheSameAreAccepted(string suffix, int known, int other)
    {
        string key = "gemma3n." + suffix;
        var model = new TestModel { ArchitectureName = "gemma3n" };
        Messages(model.With(key, TestModel.Integer(known))).ShouldNotContain(message => message.Contains(key));
        Messages(model.With(key, TestModel.Integer(other))).ShouldContain($"the model asks for {key} = {other}, which is not supported");
    }

    /// <summary>Of layers that cut nothing converters write minus infinity; the first ten cut.</summary>
    [Fact]
    public void CutsOfGemma3nThatSayTheSameAreAccepted()
    {
        const string Key = "gemma3n.activation_sparsity_scale";
        var model = new TestModel { ArchitectureName = "gemma3n", Layers = 11 };
        float[] cuts = [.. Enumerable.Repeat(1.6448536f, 10), float.NegativeInfinity];
        Messages(model.With(Key, Reals(cuts))).ShouldNotContain(message => message.Contains(Key));
        Messages(model.With(Key, Reals([.. cuts[..10], 0]))).ShouldNotContain(message => message.Contains(Key));
        Messages(model.With(Key, Reals([.. cuts[..10], 1.6448536f]))).ShouldContain(message => message.Contains(Key));
        Messages(model.With(Key, Reals(cuts[..10]))).ShouldContain(message => message.Contains(Key));
        Messages(model.With(Key, TestModel.Real(1.6448536f))).ShouldContain(message => message.Contains(Key));
    }

    private static TestModel Model(int shared, int vocabulary = Vocabulary)
    {
        TestModel model = new TestModel { ArchitectureName = "gemma4", Layers = Layers, Vocabulary = vocabulary, IsTied = true, HeadDimension = 32 }
            .With("gemma4.attention.sliding_window", TestModel.Integer(8))
            .With("gemma4.attention.sliding_window_pattern", Array(GgufValueType.Bool, [1, 0, 1, 0]))
            .With("gemma4.attention.key_length_swa", TestModel.Integer(16))
            .With("gemma4.attention.value_length_swa", TestModel.Integer(16))
            .With("gemma4.rope.dimension_count_swa", TestModel.Integer(16))
            .With("gemma4.attention.shared_kv_layers", TestModel.Integer(shared))
            .With("gemma4.embedding_length_per_layer_input", TestModel.Integer(Length))
            .With(TestModel.Tensor("per_layer_token_embd.weight", TestModel.Q8_0, Length * Layers, vocabulary))
            .With(TestModel.Tensor("per_layer_model_proj.weight", TestModel.Q8_0, 64, Length * Layers))
            .With(TestModel.Tensor("per_layer_proj_norm.weight", TestModel.F32, Length));
        for (int layer = 0; layer < Layers; layer++)
        {
            string prefix = $"blk.{layer}.";
            int dimension = layer % 2 == 0 ? 16 : 32;
            model = model
                .With(TestModel.Tensor(prefix + "attn_q.weight", TestModel.Q8_0, 64, 4 * dimension))
                .With(TestModel.Tensor(prefix + "attn_q_norm.weight", TestModel.F32, dimension))
                .With(TestModel.Tensor(prefix + "attn_output.weight", TestModel.Q8_0, 4 * dimension, 64))
                .With(TestModel.Tensor(prefix + "post_attention_norm.weight", TestModel.F32, 64))
                .With(TestModel.Tensor(prefix + "post_ffw_norm.weight", TestModel.F32, 64))
                .With(TestModel.Tensor(prefix + "inp_gate.weight", TestModel.Q8_0, 64, Length))
                .With(TestModel.Tensor(prefix + "proj.weight", TestModel.Q8_0, Length, 64))
                .With(TestModel.Tensor(prefix + "post_norm.weight", TestModel.F32, 64));
            model = layer >= Layers - shared
                ? model.WithoutTensor(prefix + "attn_k.weight").WithoutTensor(prefix + "attn_v.weight")
                : model
                    .With(TestModel.Tensor(prefix + "attn_k.weight", TestModel.Q8_0, 64, 2 * dimension))
                    .With(TestModel.Tensor(prefix + "attn_k_norm.weight", TestModel.F32, dimension))
                    .With(TestModel.Tensor(prefix + "attn_v.weight", TestModel.Q8_0, 64, 2 * dimension));
        }

        return model;
    }

    private static GgufValue Numbers(params long[] numbers) => Array(GgufValueType.Int32, numbers);

    private static GgufValue Reals(float[] numbers) => new(GgufValueType.Array, Array: new GgufArray(
        GgufValueType.Float32, numbers.Length, new string('0', 64), numbers.Select(TestModel.Real).ToEquatableArray()));

    private static GgufValue Array(GgufValueType type, long[] numbers) => new(GgufValueType.Array, Array: new GgufArray(
        type, numbers.Length, new string('0', 64), numbers.Select(number => new GgufValue(type, Integer: number)).ToEquatableArray()));

    private static string[] Messages(TestModel model) =>
        [.. Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message)];
}
