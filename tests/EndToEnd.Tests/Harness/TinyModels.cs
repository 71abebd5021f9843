using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Shared;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>
/// The tiny models of the suite. Between them: query heads a key/value head 1, 2, 3, 4, 7, 8; heads of 8, 16, 32, 64, 80, 128; one key/value
/// head; tied and untied; rotations of a part of a head; sizes that fill no block, strip or vector; every format, alone and beside each other.
/// </summary>
internal static class TinyModels
{
    /// <summary>Long enough for two batches of prefill and five blocks of keys.</summary>
    public static TinyModel LongFloat { get; } = new()
    {
        Name = "long-f32", Seed = 11, Embedding = 40, Heads = 6, KeyValueHeads = 2, HeadDimension = 8, Hidden = 50,
        Vocabulary = 90, ContextLength = 330,
    };

    /// <summary>The same for quantised formats, which differ from tensor to tensor and from layer to layer.</summary>
    public static TinyModel LongMixed { get; } = new()
    {
        Name = "long-mixed", Seed = 12, Embedding = 64, Heads = 4, KeyValueHeads = 1, HeadDimension = 16, Hidden = 96,
        Vocabulary = 100, ContextLength = 330,
        Format = TensorKind.Q8_0,
        Formats = new Dictionary<string, TensorKind>
        {
            ["token_embd.weight"] = TensorKind.F16,
            ["blk.0.attn_k.weight"] = TensorKind.F16,
            ["blk.0.ffn_up.weight"] = TensorKind.Q4_0,
            ["blk.1.attn_v.weight"] = TensorKind.Q4_0,
            ["blk.1.ffn_down.weight"] = TensorKind.F32,
        },
    };

    /// <summary>A packed file of few pages, for the tests that damage it.</summary>
    public static TinyModel Smallest { get; } = new()
    {
        Name = "smallest-f32", Seed = 13, Layers = 1, Embedding = 16, Heads = 2, KeyValueHeads = 1, HeadDimension = 8, Hidden = 16,
        Vocabulary = 48, IsTied = true,
    };

    private static readonly TinyModel[] Floats =
    [
        LongFloat,
        Smallest,
        new()
        {
            Name = "f32-one-layer-tied", Seed = 21, Layers = 1, Heads = 8, KeyValueHeads = 8, HeadDimension = 8, Hidden = 100,
            Vocabulary = 101, IsTied = true,
        },
        new()
        {
            Name = "f32-groups-of-3-half-rotated", Seed = 22, Embedding = 48, Heads = 6, KeyValueHeads = 2, RotaryDimensions = 8,
            Hidden = 57, Vocabulary = 67,
        },
        new()
        {
            Name = "f32-stretched", Seed = 26, Heads = 4, KeyValueHeads = 2, RotaryDimensions = 12, HasRotaryFactors = true, Hidden = 40,
            ContextLength = 200, Vocabulary = 60,
        },
        new()
        {
            Name = "f32-biases", Architecture = "qwen2", Seed = 27, Embedding = 52, Heads = 6, KeyValueHeads = 2, HeadDimension = 12,
            Hidden = 60, ContextLength = 200, Vocabulary = 70,
        },
        new()
        {
            Name = "f16-head-norms", Architecture = "qwen3", Seed = 28, Heads = 4, KeyValueHeads = 2, HeadDimension = 32, Hidden = 72,
            ContextLength = 200, Vocabulary = 70, Format = TensorKind.F16, IsTied = true,
        },
        new()
        {
            Name = "f16-groups-of-7", Seed = 23, Embedding = 56, Heads = 7, KeyValueHeads = 1, HeadDimension = 32, Hidden = 72,
            Vocabulary = 83, Format = TensorKind.F16,
        },
        new()
        {
            Name = "f16-heads-of-80", Seed = 24, Heads = 4, HeadDimension = 80, RotaryDimensions = 40, RotaryBase = 500000,
            Hidden = 33, Format = TensorKind.F16, IsTied = true,
        },
        new()
        {
            Name = "bf16-tied", Seed = 36, Heads = 4, KeyValueHeads = 2, HeadDimension = 16, Hidden = 41, Vocabulary = 53,
            Format = TensorKind.BF16, IsTied = true,
        },
        new()
        {
            Name = "float-mixed-heads-of-128", Seed = 25, Embedding = 36, Heads = 4, KeyValueHeads = 1, HeadDimension = 128,
            NormEpsilon = 1e-6f, Hidden = 41, Vocabulary = 45,
            Formats = new Dictionary<string, TensorKind>
            {
                ["blk.0.attn_v.weight"] = TensorKind.F16,
                ["blk.1.ffn_gate.weight"] = TensorKind.F16,
                ["output.weight"] = TensorKind.F16,
            },
        },
    ];

    private static readonly TinyModel[] Quantized =
    [
        LongMixed,
        new()
        {
            Name = "q4-biases", Architecture = "qwen2", Seed = 34, Embedding = 96, Heads = 6, KeyValueHeads = 2, Hidden = 96,
            Format = TensorKind.Q4_0, IsTied = true, Formats = new Dictionary<string, TensorKind> { ["token_embd.weight"] = TensorKind.Q8_0 },
        },
        new()
        {
            Name = "q8-groups-of-8", Seed = 31, Heads = 8, KeyValueHeads = 1, HeadDimension = 64, Hidden = 160,
            Format = TensorKind.Q8_0,
        },
        new()
        {
            Name = "q4-tied", Seed = 32, Embedding = 128, Heads = 4, KeyValueHeads = 1, HeadDimension = 32, Hidden = 224,
            Format = TensorKind.Q4_0, IsTied = true,
        },
        new()
        {
            Name = "blocks-of-32", Seed = 35, Layers = 2, Embedding = 96, Heads = 3, KeyValueHeads = 1, HeadDimension = 32, Hidden = 160,
            Vocabulary = 77, Format = TensorKind.Q5_0,
            Formats = new Dictionary<string, TensorKind>
            {
                ["token_embd.weight"] = TensorKind.IQ4_NL,
                ["blk.0.attn_k.weight"] = TensorKind.Q4_1,
                ["blk.0.attn_v.weight"] = TensorKind.Q5_1,
                ["blk.0.attn_output.weight"] = TensorKind.MXFP4,
                ["blk.0.ffn_gate.weight"] = TensorKind.IQ4_NL,
                ["blk.0.ffn_up.weight"] = TensorKind.MXFP4,
                ["blk.0.ffn_down.weight"] = TensorKind.IQ4_NL,
                ["blk.1.attn_q.weight"] = TensorKind.BF16,
                ["blk.1.attn_v.weight"] = TensorKind.IQ4_NL,
                ["blk.1.attn_output.weight"] = TensorKind.Q4_1,
                ["blk.1.ffn_down.weight"] = TensorKind.Q5_1,
                ["output.weight"] = TensorKind.MXFP4,
            },
        },
        new()
        {
            Name = "mixed-everywhere", Seed = 33, Layers = 3, Embedding = 96, Heads = 6, KeyValueHeads = 3, HeadDimension = 16,
            RotaryDimensions = 12, Hidden = 70, Vocabulary = 333, Format = TensorKind.F32,
            Formats = new Dictionary<string, TensorKind>
            {
                ["token_embd.weight"] = TensorKind.Q4_0,
                ["blk.0.attn_q.weight"] = TensorKind.Q8_0,
                ["blk.0.attn_k.weight"] = TensorKind.F16,
                ["blk.0.attn_output.weight"] = TensorKind.Q4_0,
                ["blk.0.ffn_gate.weight"] = TensorKind.Q4_0,
                ["blk.0.ffn_up.weight"] = TensorKind.F16,
                ["blk.1.attn_q.weight"] = TensorKind.Q4_0,
                ["blk.1.attn_k.weight"] = TensorKind.Q4_0,
                ["blk.1.attn_v.weight"] = TensorKind.Q4_0,
                ["blk.1.ffn_gate.weight"] = TensorKind.Q8_0,
                ["blk.1.ffn_up.weight"] = TensorKind.Q8_0,
                ["blk.2.attn_v.weight"] = TensorKind.Q8_0,
                ["blk.2.ffn_gate.weight"] = TensorKind.Q8_0,
                ["blk.2.ffn_up.weight"] = TensorKind.Q4_0,
                ["output.weight"] = TensorKind.Q8_0,
            },
        },
    ];

    /// <summary>Names of the models without quantised tensors, as test data.</summary>
    public static TheoryData<string> FloatNames => [.. Floats.Select(model => model.Name)];

    /// <summary>Names of the models with quantised tensors, as test data.</summary>
    public static TheoryData<string> QuantizedNames => [.. Quantized.Select(model => model.Name)];

    /// <summary>All of them.</summary>
    public static IEnumerable<TinyModel> All => [.. Floats, .. Quantized];

    public static TinyModel Find(string name) => All.Single(model => model.Name == name);

    /// <summary>Random tokens of a model, BOS first.</summary>
    public static int[] Text(TinyModel model, int seed, int length)
    {
        Random random = new(seed);
        return [1, .. Enumerable.Range(1, length - 1).Select(_ => random.Next(model.Vocabulary))];
    }
}
