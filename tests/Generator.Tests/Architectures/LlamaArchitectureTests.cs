using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>What the recogniser reads off the header of a llama model, and what it says where it cannot.</summary>
public sealed class LlamaArchitectureTests
{
    private static readonly TestModel Model = new() { Layers = 1 };

    [Fact]
    public void TheWholeSpec()
    {
        TestModel model = new()
        {
            Name = "Some Model",
            Layers = 3,
            Embedding = 64,
            Heads = 4,
            KeyValueHeads = 2,
            HeadDimension = 32,
            Hidden = 96,
            Vocabulary = 80,
            ContextLength = 48,
            FormatOf = name => name is "blk.1.attn_v.weight" ? TestModel.F16 : null,
        };
        ModelSpec spec = model.With("llama.rope.dimension_count", TestModel.Integer(16)).With("llama.rope.freq_base", TestModel.Real(500000)).Spec;

        (spec with { Layers = EquatableArray<LayerSpec>.Empty, ShapeHash = "" }).ShouldBe(new ModelSpec(
            Architecture: "llama",
            Name: "Some Model",
            ContextLength: 48,
            EmbeddingLength: 64,
            VocabularySize: 80,
            Embedding: new EmbeddingSpec(new TensorSpec("token_embd.weight", TestModel.Q8_0, 64, 80)),
            Scores: new ScoreSpec((float)(1 / Math.Sqrt(32))),
            Rotaries: new[] { new RotarySpec(16, RotaryPairing.Adjacent, 500000, Unscaled(48), Factors: null) }.ToEquatableArray(),
            Layers: EquatableArray<LayerSpec>.Empty,
            ResidualScale: 1f,
            Head: new HeadSpec(Norm("output_norm.weight"), new TensorSpec("output.weight", TestModel.Q8_0, 64, 80)),
            ParameterCount: 2 * 64 * 80 + 64 + 3 * (2 * 64 + 2 * 64 * 128 + 2 * 64 * 64 + 3 * 64 * 96)));
        spec.Layers.Count.ShouldBe(3);
        spec.Layers[1].ShouldBe(new LayerSpec(
            MixerNorm: Norm("blk.1.attn_norm.weight"),
            Mixers: new MixerSpec[] { new AttentionSpec(
                Heads: new HeadShape(4, 2, 32),
                Query: new TensorSpec("blk.1.attn_q.weight", TestModel.Q8_0, 64, 128),
                Key: new TensorSpec("blk.1.attn_k.weight", TestModel.Q8_0, 64, 64),
                Value: new TensorSpec("blk.1.attn_v.weight", TestModel.F16, 64, 64),
                QueryBias: null,
                KeyBias: null,
                ValueBias: null,
                QueryNorm: null,
                KeyNorm: null,
                NormExtent: HeadNormExtent.Head,
                NormsAfterRotation: false,
                Rotary: 0,
                Window: 0,
                IsChunked: false,
                Sinks: null,
                Output: new TensorSpec("blk.1.attn_output.weight", TestModel.Q8_0, 128, 64),
                OutputBias: null) }.ToEquatableArray(),
            MixerPostNorm: null,
            IsParallel: false,
            FeedForwardNorm: Norm("blk.1.ffn_norm.weight"),
            Network: new FeedForwardSpec(
                new ActivationSpec(ActivationFunction.Silu),
                Gate: new TensorSpec("blk.1.ffn_gate.weight", TestModel.Q8_0, 64, 96),
                Up: new TensorSpec("blk.1.ffn_up.weight", TestModel.Q8_0, 64, 96),
                Down: new TensorSpec("blk.1.ffn_down.weight", TestModel.Q8_0, 96, 64),
                GateBias: null,
                UpBias: null,
                DownBias: null),
            FeedForwardPostNorm: null));
        spec.Layers[0].Attention().Heads.GroupSize.ShouldBe(2);
        spec.HasTiedOutput.ShouldBeFalse();
    }

    [Fact]
    public void WithoutItsOwnHeadMatrixTheEmbeddingIsTheHead()
    {
        ModelSpec spec = (Model with { IsTied = true }).Spec;
        spec.HasTiedOutput.ShouldBeTrue();
        spec.Head.Output.ShouldBe(spec.Embedding.Tokens);
    }

    [Fact]
    public void AbsentSettingsTakeTheFormatsDefaults()
    {
        ModelSpec spec = (Model with { KeyValueHeads = 4 })
            .With("llama.attention.head_count_kv", null)
            .With("llama.attention.key_length", null)
            .With("llama.attention.value_length", null)
            .With("llama.rope.dimension_count", null)
            .With("llama.rope.freq_base", null)
            .With("llama.vocab_size", null)
            .With("general.name", null)
            .Spec;
        spec.Layers[0].Attention().Heads.KeyValues.ShouldBe(4);
        spec.Layers[0].Attention().Heads.Dimension.ShouldBe(16);
        spec.Rotaries.ShouldHaveSingleItem().ShouldBe(new RotarySpec(16, RotaryPairing.Adjacent, 10000, Unscaled(spec.ContextLength), Factors: null));
        spec.VocabularySize.ShouldBe(80);
        spec.Name.ShouldBe("llama");
    }

    [Fact]
    public void SettingsThatChangeNothingAreAccepted() => Model
        .With("llama.rope.scaling.type", TestModel.Text("none"))
        .With("llama.expert_count", TestModel.Integer(0))
        .With("llama.expert_used_count", TestModel.Integer(0))
        .With("llama.tensor_data_layout", TestModel.Text("Meta AI original pth"))
        .With("general.file_type", TestModel.Integer(7))
        .With("quantize.imatrix.file", TestModel.Text("x"))
        .Spec.Layers[0].Attention().Heads.Queries.ShouldBe(4);

    public static IEnumerable<TheoryDataRow<string, object?, string>> Refusals() =>
    [
        new("llama.rope.scaling.type", "su", "UnsupportedSetting llama.rope.scaling.type = su"),
        new("llama.rope.scaling.factor", -2f, "BadMetadata llama.rope.scaling.factor must be a positive number, not -2"),
        new("llama.expert_count", 8L, "UnsupportedSetting llama.expert_count = 8"),
        new("llama.expert_used_count", 2L, "UnsupportedSetting llama.expert_used_count = 2"),
        new("llama.attention.value_length", 8L, "UnsupportedSetting llama.attention.value_length = 8"),
        new("llama.foo", "bar", "UnsupportedSetting llama.foo = bar"),
        new("llama.block_count", null, "BadMetadata llama.block_count is missing"),
        new("llama.block_count", 0L, "BadMetadata llama.block_count must be from 1 to 16777216, not 0"),
        new("llama.block_count", 1L << 31, "BadMetadata llama.block_count must be from 1 to 16777216, not 2147483648"),
        new("llama.block_count", 1L << 24, "BadMetadata llama.block_count is 16777216, but the file has only 12 tensors"),
        new("llama.block_count", "1", "BadMetadata llama.block_count must be an integer, not 1"),
        new("llama.block_count", 1f, "BadMetadata llama.block_count must be an integer, not 1"),
        new("llama.embedding_length", null, "BadMetadata llama.embedding_length is missing"),
        new("llama.embedding_length", -1L, "BadMetadata llama.embedding_length must be from 1 to 16777216, not -1"),
        new("llama.context_length", null, "BadMetadata llama.context_length is missing"),
        new("llama.context_length", 0L, "BadMetadata llama.context_length must be from 1 to 16777216, not 0"),
        new("llama.feed_forward_length", null, "BadMetadata llama.feed_forward_length is missing"),
        new("llama.attention.head_count", null, "BadMetadata llama.attention.head_count is missing"),
        new("llama.attention.head_count_kv", 0L, "BadMetadata llama.attention.head_count_kv must be from 1 to 16777216, not 0"),
        new("llama.attention.head_count_kv", 3L, "BadMetadata llama.attention.head_count_kv is 3, which does not divide attention.head_count = 4"),
        new("llama.attention.head_count_kv", 8L, "BadMetadata llama.attention.head_count_kv is 8, which does not divide attention.head_count = 4"),
        new("llama.attention.layer_norm_rms_epsilon", null, "BadMetadata llama.attention.layer_norm_rms_epsilon is missing"),
        new("llama.attention.layer_norm_rms_epsilon", 0f, "BadMetadata llama.attention.layer_norm_rms_epsilon must be a positive number, not 0"),
        new("llama.attention.layer_norm_rms_epsilon", -1f, "BadMetadata llama.attention.layer_norm_rms_epsilon must be a positive number, not -1"),
        new("llama.rope.freq_base", float.NaN, "BadMetadata llama.rope.freq_base must be a positive number, not NaN"),
        new("llama.rope.freq_base", float.PositiveInfinity, "BadMetadata llama.rope.freq_base must be a positive number, not Infinity"),
        new("llama.rope.freq_base", 10000L, "BadMetadata llama.rope.freq_base must be a positive number, not 10000"),
        new("llama.rope.dimension_count", 18L, "BadMetadata llama.rope.dimension_count is 18; it must be even and at most the head's 16"),
        new("llama.rope.dimension_count", 15L, "BadMetadata llama.rope.dimension_count is 15; it must be even and at most the head's 16"),
        new("llama.vocab_size", 33L, "BadMetadata llama.vocab_size is 33, but the tokenizer has 80 tokens"),
        new("general.architecture", "wavtokenizer-dec", "UnsupportedArchitecture wavtokenizer-dec " + string.Join(", ", Architecture.Names)),
        new("general.architecture", null, "UnsupportedArchitecture  " + string.Join(", ", Architecture.Names)),
        new("general.architecture", 7L, "UnsupportedArchitecture  " + string.Join(", ", Architecture.Names)),
    ];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Settings(string key, object? value, string problem) => Problems(Model.With(key, Value(value))).ShouldContain(problem);

    private static string SupportedFormats => string.Join(", ", TensorFormat.All.Select(format => format.Name));

    public static IEnumerable<TheoryDataRow<string, int, long[], string>> BadTensors() =>
    [
        new("blk.0.attn_q.weight", TestModel.Q8_0, [64, 32], "WrongShape blk.0.attn_q.weight [64, 32] [64, 64]"),
        new("blk.0.attn_q.weight", TestModel.Q8_0, [64, 64, 2], "WrongShape blk.0.attn_q.weight [64, 64, 2] [64, 64]"),
        new("blk.0.attn_q.weight", TestModel.Q8_0, [64, 1, 64], "WrongShape blk.0.attn_q.weight [64, 1, 64] [64, 64]"),
        new("blk.0.attn_q.weight", TestModel.Q8_0, [4096], "WrongShape blk.0.attn_q.weight [4096] [64, 64]"),
        new("blk.0.attn_norm.weight", TestModel.F32, [1, 64], "WrongShape blk.0.attn_norm.weight [1, 64] [64]"),
        new("output.weight", TestModel.Q8_0, [64, 81], "WrongShape output.weight [64, 81] [64, 80]"),
        new("blk.0.ffn_down.weight", 9, [96, 64], "UnsupportedFormat blk.0.ffn_down.weight Q8_1 " + SupportedFormats),
        new("blk.0.ffn_norm.weight", TestModel.Q8_0, [64], "UnsupportedFormat blk.0.ffn_norm.weight Q8_0 F32, F16"),
        new("rope_factors_short.weight", TestModel.F32, [8], "UnknownTensor rope_factors_short.weight llama"),
        new("blk.0.attn_q_norm.weight", TestModel.F32, [64], "UnknownTensor blk.0.attn_q_norm.weight llama"),
        new("blk.1.attn_norm.weight", TestModel.F32, [64], "UnknownTensor blk.1.attn_norm.weight llama"),
    ];

    [Theory]
    [MemberData(nameof(BadTensors))]
    public void TensorsThatDoNotFit(string name, int typeId, long[] shape, string problem) =>
        Problems(Model.With(TestModel.Tensor(name, typeId, shape))).ShouldBe([problem]);

    [Fact]
    public void EveryTensorIsMissedByItsNameAndShape()
    {
        foreach (GgufTensor tensor in Model.Header.Tensors.Where(tensor => tensor.Name != "output.weight"))
        {
            Problems(Model.WithoutTensor(tensor.Name)).ShouldBe([$"MissingTensor {tensor.Name} [{string.Join(", ", tensor.Shape)}]"]);
        }
    }

    [Fact]
    public void HalfPrecisionNormsAreAccepted() =>
        Model.With(TestModel.Tensor("blk.0.ffn_norm.weight", TestModel.F16, 64)).Spec.Layers[0].FeedForwardNorm!.Weight!.TypeId.ShouldBe(TestModel.F16);

    [Theory]
    [InlineData("blk.0.attn_norm.weight", new long[] { 64, 1 })]
    [InlineData("blk.0.attn_norm.weight", new long[] { 64, 1, 1, 1 })]
    [InlineData("blk.0.attn_q.weight", new long[] { 64, 64, 1 })]
    [InlineData("token_embd.weight", new long[] { 64, 80, 1, 1 })]
    public void DimensionsOfOneAtTheEndMakeNoDifference(string name, long[] shape)
    {
        int typeId = Model.Header.Tensors.Single(tensor => tensor.Name == name).TypeId;
        Model.With(TestModel.Tensor(name, typeId, shape)).Spec.ShouldBe(Model.Spec);
    }

    [Fact]
    public void FusedTensorsMayEndWithDimensionsOfOne()
    {
        TestModel model = new() { ArchitectureName = "phi3" };
        TestModel fused = model with
        {
            TensorChanges =
            [
                .. Enumerable.Range(0, model.Layers).SelectMany(layer => new (string, GgufTensor?)[]
                {
                    ($"blk.{layer}.ffn_gate.weight", null),
                    ($"blk.{layer}.ffn_up.weight", TestModel.Tensor($"blk.{layer}.ffn_up.weight", TestModel.Q8_0, 64, 2 * 96, 1)),
                }),
            ],
        };
        fused.Spec.Layers[1].FeedForward().Up.First.ShouldBe(96 * 64);
    }

    [Fact]
    public void AMissingVocabularyHasTheSizeThatTheFileSays()
    {
        TestModel missing = Model.With("tokenizer.ggml.tokens", null);
        missing.Spec.VocabularySize.ShouldBe(80);
        missing.With("llama.vocab_size", null).Spec.VocabularySize.ShouldBe(80);
        missing.With("tokenizer.ggml.tokens", TestModel.Tokens(0)).With("tokenizer.ggml.model", null).Spec.VocabularySize.ShouldBe(80);
        Problems(missing.With("llama.vocab_size", TestModel.Integer(81))).ShouldBe(
            ["WrongShape token_embd.weight [64, 80] [64, 81]", "WrongShape output.weight [64, 80] [64, 81]"]);
        Problems(missing.With("llama.vocab_size", null).WithoutTensor("token_embd.weight")).ShouldContain("BadMetadata llama.vocab_size is missing");
    }

    [Theory]
    [InlineData(0L, 2L, "part 1 of 2", "-00001-of-00002.gguf")]
    [InlineData(11L, 12L, "part 12 of 12", "-00001-of-00012.gguf")]
    [InlineData(null, 3L, "one of 3 parts", "-00001-of-00003.gguf")]
    [InlineData(3L, 3L, "one of 3 parts", "-00001-of-00003.gguf")]
    public void APartOfASplitModelIsNamedAsOne(long? number, long count, string part, string ending)
    {
        TestModel model = Model.With("split.no", Value(number)).With("split.count", Value(count)).With("split.tensors.count", Value(12L));
        Problems(model).ShouldBe([$"PartOfSplit {part} {ending}"]);

        // The other parts have no metadata and some of the tensors.
        Problems(model.With("general.architecture", null).WithoutTensor("token_embd.weight")).ShouldBe([$"PartOfSplit {part} {ending}"]);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(1L)]
    public void TheOnlyPartOfAModelIsTheModel(long count) =>
        Model.With("split.no", Value(0L)).With("split.count", Value(count)).With("split.tensors.count", Value(12L)).Spec.ShouldBe(Model.Spec);

    [Fact]
    public void MoreHeadsThanElementsAreRefused() =>
        Problems(Model.With("llama.attention.head_count", TestModel.Integer(128)).With("llama.attention.key_length", null))
            .ShouldContain("BadMetadata llama.attention.key_length is missing");

    [Fact]
    public void HeadsWhoseRowsOverflow()
    {
        // 65537² is 131073 in 32 bits, a number of rows that a tensor may well have.
        TestModel hostile = Model
            .With("llama.attention.head_count", TestModel.Integer(65537))
            .With("llama.attention.head_count_kv", TestModel.Integer(65537))
            .With("llama.attention.key_length", TestModel.Integer(65537));
        Problems(hostile).ShouldContain(
            "BadMetadata llama.attention.head_count is 65537; with heads of 65537 that makes 4295098369 rows, and at most 16777216 are supported");
    }

    private static GgufValue? Value(object? value) => value switch
    {
        null => null,
        long integer => new GgufValue(GgufValueType.Int64, Integer: integer),
        float real => TestModel.Real(real),
        _ => TestModel.Text((string)value),
    };

    private static NormSpec Norm(string name) =>
        new(NormKind.RootMeanSquare, 1e-5f, new TensorSpec(name, TestModel.F32, 64, 1), Bias: null);

    private static RotaryScaling Unscaled(int contextLength) => new(OriginalContext: contextLength);

    private static string[] Problems(TestModel model)
    {
        Recognition recognition = Architecture.Recognise(model.Header);
        recognition.Spec.ShouldBeNull();
        return [.. recognition.Problems.Select(problem => problem.Kind switch
        {
            SpecProblemKind.UnsupportedSetting => $"{problem.Kind} {problem.Arguments[0]} = {problem.Arguments[1]}",
            _ => $"{problem.Kind} {string.Join(' ', problem.Arguments)}".TrimEnd(),
        })];
    }
}
