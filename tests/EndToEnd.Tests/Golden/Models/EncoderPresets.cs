using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>The encoders of docs/architectures.md by what each differs in. Windows are short, so that a text shows what they do.</summary>
internal static class EncoderPresets
{
    // More than a batch has rows and more than a range has keys, in no multiple of either.
    private const int TextLength = 300;
    private const int ContextLength = 512;

    // Beyond the first distances that share a bucket.
    private const int AnswerLength = 41;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DecoderPreset> All { get; } =
    [
        Bert("bert") with
        {
            HasPositions = true, RotaryBase = null, HasQueryBiases = true, HasAttentionOutputBias = true, Gate = Gates.None,
            HasFeedForwardBiases = true,
        },
        Bert("nomic-bert") with { RotaryBase = 1000, HasFusedQueries = true },
        Bert("nomic-bert-moe") with
        {
            HasFusedQueries = true, HasQueryBiases = true, HasAttentionOutputBias = true, Gate = Gates.None, HasFeedForwardBiases = true,
            Experts = new(8, 2) { Step = 2 }, Settings = [("moe_every_n_layers", 2)],
        },
        Jina2("jina-bert-v2"),
        Jina2("jina-bert-v2-code") with
        {
            Gate = Gates.Fused, HeadNorms = HeadNorms.All, HasSecondAttentionNorm = true,
            Encoder = new() { Types = 2, NormsSums = true, HasDownBias = true, HasHeadNormBiases = true },
        },
        Bert("jina-bert-v3") with
        {
            RotaryBase = 20000, HasFusedQueries = true, HasQueryBiases = true, HasAttentionOutputBias = true, Gate = Gates.None,
            HasFeedForwardBiases = true, Encoder = new() { Types = 1, NormsSums = true },
        },
        Encoder("modern-bert") with
        {
            Layers = 4, KeyValueHeads = 4, Norms = Norms.LayerWithoutBiases, HasEmbeddingNorm = true, HasFusedQueries = true,
            Gate = Gates.Fused, RotaryBase = 160000, Encoder = new() { Pooling = Pooling.First, IsFirstMixerUnnormed = true },
            Settings =
            [
                ("attention.sliding_window", 8), ("attention.sliding_window_pattern", 3), ("rope.freq_base_swa", 100f),
            ],
        },
        Encoder("neo-bert") with { KeyValueHeads = 4, HasFusedQueries = true, Gate = Gates.Fused, OutputNorm = "enc.output_norm" },
        Encoder("eurobert"),
        Encoder("gemma-embedding") with
        {
            Layers = 7, Heads = 4, KeyValueHeads = 1, HasHeadLengthKeys = true, HeadNorms = HeadNorms.Each, HasPostNorms = true,
            RotaryBase = 1e6f, Settings = [("attention.sliding_window", 8)],
        },
        T5("t5encoder"),
        T5("t5encoder-plain") with
        {
            Gate = Gates.None, Encoder = new() { DistanceBuckets = 16, HasBiasesOfEachLayer = true },
        },
    ];

    /// <summary>Encoders with a decoder that answers what they read.</summary>
    public static IReadOnlyList<DecoderPreset> Answering { get; } =
    [
        T5("t5") with
        {
            Architecture = "t5", Layers = 3, TextLength = AnswerLength, Encoder = new() { DistanceBuckets = 32, DecoderLayers = 2 },
        },
        T5("t5-plain") with
        {
            Architecture = "t5", TextLength = AnswerLength, Gate = Gates.None, IsTied = true,
            Encoder = new() { DistanceBuckets = 16, HasBiasesOfEachLayer = true, DecoderLayers = 1 },
        },
    ];

    public static DecoderPreset Find(string name) => All.FirstOrDefault(preset => preset.Name == name)
        ?? throw new ArgumentException($"There is no encoder {name}.", nameof(name));

    private static DecoderPreset Encoder(string name) => new(name, name)
    {
        ContextLength = ContextLength, TextLength = TextLength, Encoder = new(),
    };

    private static DecoderPreset Bert(string name) => Encoder(name) with
    {
        KeyValueHeads = 4, Norms = Norms.Layer, HasEmbeddingNorm = true, HasAttentionNorm = false, FeedForwardNorm = null, HasOutputNorm = false,
        Encoder = new() { Types = 2, NormsSums = true },
    };

    private static DecoderPreset T5(string name) => Encoder(name) with
    {
        Architecture = "t5encoder", KeyValueHeads = 4, RotaryBase = null, HasHeadLengthKeys = true, OutputNorm = "enc.output_norm",
        Encoder = new() { DistanceBuckets = 32 },
    };

    private static DecoderPreset Jina2(string name) => Bert(name) with
    {
        Architecture = "jina-bert-v2", RotaryBase = null, HasQueryBiases = true, HasAttentionOutputBias = true,
        Encoder = new() { Types = 2, NormsSums = true, HasDownBias = true },
    };
}
