using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>A setting that is written once a layer is the setting where all layers have the same; else it is refused once, by name.</summary>
public sealed class LayerSettingTests
{
    private static readonly TestModel Model = new() { Layers = 3 };

    public static TheoryData<string> NumbersOfTheModel =>
        [.. Model.Header.Metadata
            .Where(entry => entry.Key.StartsWith("llama.", System.StringComparison.Ordinal) && entry.Key != "llama.block_count")
            .Select(entry => entry.Key)];

    [Theory]
    [MemberData(nameof(NumbersOfTheModel))]
    public void EqualEntriesAreTheValue(string key)
    {
        GgufValue value = Model.Header.Find(key)!;
        Model.With(key, Array(value, value, value)).Spec.ShouldBe(Model.Spec);
    }

    [Theory]
    [MemberData(nameof(NumbersOfTheModel))]
    public void EntriesThatDifferAreOneRefusal(string key)
    {
        GgufValue value = Model.Header.Find(key)!;
        GgufValue other = value.IsReal ? TestModel.Real(3) : TestModel.Integer(3);
        string[] messages = Messages(Model.With(key, Array(value, value, other)));
        string entries = value.IsReal ? $"[{Shown(value)}, {Shown(value)}, 3]" : $"[{value.Integer}, {value.Integer}, 3]";
        messages.ShouldBe([$"the model asks for {key} = {entries} (layers that differ), which is not supported"]);
    }

    [Theory]
    [MemberData(nameof(NumbersOfTheModel))]
    public void AnotherNumberOfEntriesThanLayersIsOneRefusal(string key)
    {
        GgufValue value = Model.Header.Find(key)!;
        Messages(Model.With(key, Array(value, value))).ShouldBe(
            [$"metadata key '{key}' has 2 entries, [{Shown(value)}, {Shown(value)}], where the model has 3 layers"]);
        Messages(Model.With(key, Array(value, value, value, value))).ShouldHaveSingleItem().ShouldContain("has 4 entries");
        Messages(Model.With(key, Array())).ShouldBe([$"metadata key '{key}' has 0 entries, [], where the model has 3 layers"]);
        Messages(Model.With(key, Array()).With("llama.block_count", TestModel.Integer(0))).ShouldContain(
            $"metadata key '{key}' has 0 entries, [], where the model has 0 layers");
    }

    [Fact]
    public void LayersAreNotCountedByLayer() =>
        Messages(Model.With("llama.block_count", Array(TestModel.Integer(3), TestModel.Integer(3), TestModel.Integer(3))))
            .ShouldContain("metadata key 'llama.block_count' must be an integer, not [3, 3, 3]");

    /// <summary>The header keeps the entries of no longer arrays: those of vocabularies would fill it.</summary>
    [Fact]
    public void MoreLayersThanEntriesAreKeptOf()
    {
        TestModel most = new() { Layers = GgufArray.MaxKeptElements };
        most.With("llama.attention.head_count_kv", Array([.. Enumerable.Repeat(TestModel.Integer(2), most.Layers)])).Spec.ShouldBe(most.Spec);
        TestModel more = new() { Layers = GgufArray.MaxKeptElements + 1 };
        GgufArray unread = new(GgufValueType.UInt32, more.Layers, new string('0', 64), EquatableArray<GgufValue>.Empty);
        Messages(more.With("llama.attention.head_count_kv", new GgufValue(GgufValueType.Array, Array: unread))).ShouldBe(
            ["metadata key 'llama.attention.head_count_kv' has 257 entries; settings of each layer are read for up to 256 layers"]);
    }

    [Fact]
    public void PatternsHaveAnEntryForEachLayer()
    {
        TestModel model = DecoderTraitTests.Gemma3(layers: 3);
        GgufValue[] flags = [Flag(true), Flag(false), Flag(true)];
        model.With(Pattern, Array(flags)).Spec.Layers.Select(layer => layer.Attention().Window).ShouldBe([8, 0, 8]);
        Messages(model.With(Pattern, Array([.. flags, Flag(true)]))).ShouldBe(
            [$"metadata key '{Pattern}' must have true or false for each of 3 layers, not [true, false, true, true]"]);

        // A period: 2, every second layer is without a window; 1, all are; 0, none is.
        Windows(2).ShouldBe([8, 0, 8]);
        Windows(1).ShouldBe([0, 0, 0]);
        Windows(0).ShouldBe([8, 8, 8]);

        IEnumerable<int> Windows(int period) => model.With(Pattern, TestModel.Integer(period)).Spec.Layers.Select(layer => layer.Attention().Window);
    }

    [Fact]
    public void LayersWithoutKeyValueHeadsAreConvolutions()
    {
        TestModel model = Lfm2();
        ModelSpec spec = model.Spec;
        spec.Layers.Select(layer => layer.Mixers.Single().Name).ShouldBe(["Convolution", "Attention", "Convolution"]);
        spec.Layers[1].Attention().Heads.ShouldBe(new HeadShape(4, 2, 16));
        spec.Layers[2].Mixers.Single().ShouldBe(new ConvolutionSpec(
            Channels: 64,
            Taps: 3,
            new TensorSpec("blk.2.shortconv.in_proj.weight", TestModel.Q8_0, 64, 192),
            new TensorSpec("blk.2.shortconv.conv.weight", TestModel.F32, 192, 1),
            new TensorSpec("blk.2.shortconv.out_proj.weight", TestModel.Q8_0, 64, 64)));

        // Of each convolution the products of two tokens, in floats.
        model.Plan.State.FixedBytes.ShouldBe(2 * 2 * 64 * sizeof(float));
        model.Plan.State.Classes.ShouldHaveSingleItem().Parts.ShouldHaveSingleItem().Heads.ShouldBe(2);

        Messages(model.With(HeadCounts, Array(TestModel.Integer(0), TestModel.Integer(2)))).ShouldBe(
            [$"metadata key '{HeadCounts}' must have a whole number for each of 3 layers, not [0, 2]"]);
        Messages(model.With(HeadCounts, Array(TestModel.Integer(0), TestModel.Integer(3), TestModel.Integer(0)))).ShouldBe(
            [$"metadata key '{HeadCounts}' has 3, which does not divide lfm2.attention.head_count = 4"]);
        Messages(model.With("lfm2.shortconv.l_cache", TestModel.Integer(1))).ShouldBe(
            ["metadata key 'lfm2.shortconv.l_cache' is 1; a convolution sees at least 2 tokens"]);
    }

    private const string HeadCounts = "lfm2.attention.head_count_kv";

    private const string Pattern = "gemma3.attention.sliding_window_pattern";

    private static TestModel Lfm2()
    {
        TestModel model = new TestModel { ArchitectureName = "lfm2", Layers = 3, IsTied = true }
            .With(HeadCounts, Array(TestModel.Integer(0), TestModel.Integer(2), TestModel.Integer(0)))
            .With("lfm2.shortconv.l_cache", TestModel.Integer(3))
            .WithoutTensor("output_norm.weight")
            .With(TestModel.Tensor("token_embd_norm.weight", TestModel.F32, 64))
            .With(TestModel.Tensor("blk.1.attn_q_norm.weight", TestModel.F32, 16))
            .With(TestModel.Tensor("blk.1.attn_k_norm.weight", TestModel.F32, 16));
        foreach (int layer in (int[])[0, 2])
        {
            model = new[] { "attn_q", "attn_k", "attn_v", "attn_output" }
                .Aggregate(model, (changed, name) => changed.WithoutTensor($"blk.{layer}.{name}.weight"))
                .With(TestModel.Tensor($"blk.{layer}.shortconv.conv.weight", TestModel.F32, 3, 64))
                .With(TestModel.Tensor($"blk.{layer}.shortconv.in_proj.weight", TestModel.Q8_0, 64, 192))
                .With(TestModel.Tensor($"blk.{layer}.shortconv.out_proj.weight", TestModel.Q8_0, 64, 64));
        }

        return model;
    }

    private static string Shown(GgufValue value) => value.IsReal
        ? value.Real.ToString("R", System.Globalization.CultureInfo.InvariantCulture)
        : value.Integer.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static GgufValue Flag(bool value) => new(GgufValueType.Bool, Integer: value ? 1 : 0);

    private static GgufValue Array(params GgufValue[] entries) => new(GgufValueType.Array, Array: new GgufArray(
        entries.Length == 0 ? GgufValueType.UInt32 : entries[0].Type, entries.Length, new string('0', 64), entries.ToEquatableArray()));

    private static string[] Messages(TestModel model) => [.. Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message)];
}
