using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Architectures;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// The models of docs/architectures.md by what each differs in, under the names of <see cref="ArchitectureModels.Presets"/>; windows and
/// original contexts are short, so that a short text shows what they do.
/// </summary>
internal static class DecoderPresets
{
    // Networks without a gate are wider.
    private const int WideHidden = 256;

    /// <summary>An ε that is as good as none.</summary>
    public const float WithoutEpsilon = 1e-9f;

    // llama.cpp has room for 256 tokens then.
    private const int LearnedPositions = 256;

    private static readonly DecoderPreset[] Models =
    [
        new("tiny-llama", "llama") { RotaryBase = 5e5f, HasRotaryFactors = true },
        new("llama-bias", "llama") { HasQueryBiases = true, HasAttentionOutputBias = true, HasFeedForwardBiases = true },
        new("llama-linear", "llama") { Settings = [("rope.scaling.type", "linear"), ("rope.scaling.factor", 4f)] },
        new("llama-yarn", "llama") { Settings = Yarn(4, 512) },
        new("llama-yarn-attn", "llama")
        {
            Settings = Yarn(8, 256, ("attn_factor", 1.3f), ("yarn_beta_fast", 16f), ("yarn_beta_slow", 2f)),
        },
        new("llama-llama3", "llama") { RotaryBase = 5e5f, HasRotaryFactors = true },
        new("llama-headdim", "llama") { Heads = 2, KeyValueHeads = 1, HeadDimension = 64, HasHeadLengthKeys = true, RotaryBase = 1e6f },
        new("mistral3", "mistral3")
        {
            HasHeadLengthKeys = true, RotaryBase = 100,
            Settings =
            [
                .. Yarn(16, 16, ("yarn_beta_fast", 2f), ("yarn_beta_slow", 0.5f), ("yarn_log_multiplier", 1f)),
                ("attention.temperature_scale", 0.5f),
            ],
        },
        new("qwen", "qwen") { KeyValueHeads = 4, HasFusedQueries = true, HasQueryBiases = true, HiddenFactor = 2 },
        new("tiny-qwen2", "qwen2") { HasQueryBiases = true, RotaryBase = 1e6f, IsTied = true },
        new("qwen2-yarn", "qwen2") { HasQueryBiases = true, RotaryBase = 1e6f, IsTied = true, Settings = Yarn(4, 512) },
        new("tiny-qwen3", "qwen3")
        {
            HeadDimension = 32, HasHeadLengthKeys = true, HeadNorms = HeadNorms.Each, RotaryBase = 1e6f, IsTied = true,
        },
        new("lfm2", "lfm2")
        {
            Layers = 4, Convolutions = [0, 1, 3], HeadNorms = HeadNorms.Each, RotaryBase = 1e6f, IsTied = true, OutputNorm = "token_embd_norm",
        },
        Gemma("gemma", "gemma"),
        Gemma("gemma2", "gemma2") with
        {
            Layers = 4, HasPostNorms = true,
            Settings = [("attention.sliding_window", 8), ("attn_logit_softcapping", 2f), ("final_logit_softcapping", 3f)],
        },
        Gemma("tiny-gemma3", "gemma3") with
        {
            Layers = 7, Heads = 4, HeadDimension = 16, HeadNorms = HeadNorms.Each, HasPostNorms = true, RotaryBase = 1e6f,
            Settings = [("attention.sliding_window", 16)],
        },
        Gemma("gemma3-linear", "gemma3") with
        {
            Layers = 7, HeadNorms = HeadNorms.Each, HasPostNorms = true, RotaryBase = 1e6f,
            Settings = [("attention.sliding_window", 8), ("rope.scaling.type", "linear"), ("rope.scaling.factor", 8f)],
        },
        WithBiases("phi2", "phi2") with
        {
            KeyValueHeads = 4, RotaryDimensions = 8, HasFusedQueries = true, FeedForwardNorm = null, HasOutputBias = true,
        },
        new("tiny-phi3", "phi3") { KeyValueHeads = 4, HasFusedQueries = true, Gate = Gates.Fused },
        new("tiny-phi3-longrope", "phi3")
        {
            KeyValueHeads = 4, HasFusedQueries = true, Gate = Gates.Fused, HasLongRotaryFactors = true,
            Settings = [("rope.scaling.original_context_length", 64), ("rope.scaling.attn_factor", 1.354f)],
        },
        WithBiases("tiny-gpt2", "gpt2") with
        {
            KeyValueHeads = 4, RotaryBase = null, HasPositions = true, ContextLength = LearnedPositions, HasFusedQueries = true, IsTied = true,
        },
        WithBiases("gptneox", "gptneox") with
        {
            KeyValueHeads = 4, RotaryDimensions = 4, HasFusedQueries = true, Settings = [("use_parallel_residual", true)],
        },
        WithBiases("gptneox-serial", "gptneox") with
        {
            KeyValueHeads = 4, HasFusedQueries = true, Settings = [("use_parallel_residual", false)],
        },
        new("falcon", "falcon")
        {
            KeyValueHeads = 1, Norms = Norms.Layer, HasFusedQueries = true, Gate = Gates.None, Hidden = WideHidden, FeedForwardNorm = null,
        },
        new("falcon-40b", "falcon")
        {
            Norms = Norms.Layer, HasFusedQueries = true, Gate = Gates.None, Hidden = WideHidden, FeedForwardNorm = null,
            HasSecondAttentionNorm = true,
        },
        WithBiases("starcoder", "starcoder") with
        {
            KeyValueHeads = 1, RotaryBase = null, HasPositions = true, ContextLength = LearnedPositions, HasFusedQueries = true, IsTied = true,
        },
        WithBiases("starcoder2", "starcoder2") with { IsTied = true, RotaryBase = 1e5f },
        new("stablelm", "stablelm")
        {
            Norms = Norms.Layer, RotaryDimensions = 4, HasQueryBiases = true, Settings = [("use_parallel_residual", false)],
        },
        new("stablelm-parallel", "stablelm")
        {
            Norms = Norms.Layer, RotaryDimensions = 4, HeadNorms = HeadNorms.Own, FeedForwardNorm = null,
            Settings = [("use_parallel_residual", true)],
        },
        new("olmo", "olmo")
        {
            Norms = Norms.LayerWithoutBiases, HasAttentionNorm = false, FeedForwardNorm = null, HasOutputNorm = false,
            Settings = [("attention.clamp_kqv", 1f)],
        },
        NormedBehind("olmo2", "olmo2") with { HeadNorms = HeadNorms.All, RotaryBase = 5e5f },
        NormedBehind("olmo3", "olmo2") with
        {
            Layers = 4, HeadNorms = HeadNorms.All, RotaryBase = 5e5f,
            Settings =
            [
                ("attention.sliding_window", 8), ("attention.sliding_window_pattern", 4), .. Yarn(8, 256, ("attn_factor", 1.2f)),
            ],
        },
        new("granite", "granite")
        {
            IsTied = true,
            Settings = [("logit_scale", 8f), ("residual_scale", 0.22f), ("embedding_scale", 12f), ("attention.scale", 0.0625f)],
        },
        new("smollm3", "smollm3") { Layers = 4, IsTied = true, RotaryBase = 5e6f },
        new("internlm2", "internlm2") { RotaryBase = 1e6f },
        new("command-r", "command-r")
        {
            Norms = Norms.LayerWithoutBiases, FeedForwardNorm = null, IsTied = true, RotaryBase = 8e6f, Settings = [("logit_scale", 0.0625f)],
        },
        new("cohere2", "cohere2")
        {
            Layers = 4, Norms = Norms.LayerWithoutBiases, FeedForwardNorm = null, IsTied = true, HasHeadLengthKeys = true, RotaryBase = 5e4f,
            Settings = [("logit_scale", 0.25f), ("attention.sliding_window", 8)],
        },
        new("exaone", "exaone") { RotaryBase = 1e6f, HasRotaryFactors = true },
        NormedBehind("exaone4", "exaone4") with { HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true, RotaryBase = 1e6f, IsTied = true },
        NormedBehind("exaone4-64-layers", "exaone4") with
        {
            Layers = 64, Hidden = 64, HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true, RotaryBase = 1e6f,
            Settings = [("attention.sliding_window", 8), ("attention.sliding_window_pattern", 4)],
        },
        new("minicpm", "minicpm") { IsTied = true, Settings = [("embedding_scale", 12f), ("residual_scale", 0.5f), ("logit_scale", 0.5f)] },
        WithBiases("bloom", "bloom") with
        {
            KeyValueHeads = 4, RotaryBase = null, HasEmbeddingNorm = true, HasFusedQueries = true, IsTied = true,
        },
        Mpt("mpt") with { Settings = [("attention.max_alibi_bias", 8f), ("attention.clamp_kqv", 1f)] },
        Mpt("mpt-12heads") with
        {
            Embedding = 192, Heads = 12, KeyValueHeads = 12, IsTied = false, Settings = [("attention.max_alibi_bias", 8f)],
        },
        WithBiases("mpt-bias", "mpt") with
        {
            KeyValueHeads = 4, RotaryBase = null, HasFusedQueries = true, IsTied = true, Settings = [("attention.max_alibi_bias", 8f)],
        },
        Mpt("mpt-positions") with
        {
            HasPositions = true, ContextLength = LearnedPositions, Settings = [("attention.max_alibi_bias", 0f)],
        },
        new("chatglm", "chatglm") { RotaryDimensions = 8, HasFusedQueries = true, HasQueryBiases = true, Gate = Gates.Fused },
        new("glm4", "glm4") { RotaryDimensions = 8, HasQueryBiases = true, Gate = Gates.Fused, HasPostNorms = true },
        new("ernie4_5", "ernie4_5") { IsTied = true, RotaryBase = 5e5f, HasHeadLengthKeys = true },
        new("hunyuan-dense", "hunyuan-dense") { HeadNorms = HeadNorms.Each, IsTied = true, HasHeadLengthKeys = true },
        new("seed_oss", "seed_oss")
        {
            HasQueryBiases = true, HasHeadLengthKeys = true, HeadDimension = 32, FeedForwardNorm = "post_attention_norm", RotaryBase = 1e7f,
        },
        new("plamo", "plamo") { FeedForwardNorm = null },
        Plamo3("plamo3") with { Layers = 9, Settings = [("attention.sliding_window", 8), ("rope.freq_base_swa", 100f)] },
        Plamo3("plamo3-full"),
        new("nemotron", "nemotron") { Norms = Norms.Layer, RotaryDimensions = 8, Gate = Gates.None, Hidden = WideHidden },
        new("baichuan-32-layers", "baichuan") { Layers = 32, Hidden = 64, KeyValueHeads = 4 },
        new("baichuan-40-layers", "baichuan") { Layers = 40, Hidden = 64, KeyValueHeads = 4 },
        new("orion", "orion") { Norms = Norms.Layer },
        new("xverse", "xverse"),
        WithBiases("codeshell", "codeshell") with { HasFusedQueries = true },
        new("refact", "refact") { KeyValueHeads = 1, RotaryBase = null, IsTied = true },
        new("jais", "jais")
        {
            KeyValueHeads = 4, RotaryBase = null, Norms = Norms.Layer, HasFusedQueries = true, HasQueryBiases = true,
            HasAttentionOutputBias = true, HasFeedForwardBiases = true, Settings = [("attention.max_alibi_bias", 8f)],
        },
        new("arcee", "arcee") { Gate = Gates.None, Hidden = WideHidden, HasHeadLengthKeys = true },
        new("apertus", "apertus")
        {
            Gate = Gates.None, Hidden = WideHidden, HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true,
            Settings =
            [
                (".xielu.alpha_n", new[] { 0.8f, 0.7f }), (".xielu.alpha_p", new[] { 0.8f, 0.9f }), (".xielu.beta", new[] { 0.5f, 0.5f }),
                (".xielu.eps", new[] { -0.5f, -0.4f }),
            ],
        },
        new("qwen2vl", "qwen2vl")
        {
            // The llama.cpp that answers here has 0 for it, whatever the file says.
            Epsilon = WithoutEpsilon, HasQueryBiases = true, RotaryBase = 1e6f, Settings = [("rope.dimension_sections", new[] { 2, 3, 3, 0 })],
        },
        new("qwen3vl", "qwen3vl")
        {
            HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true, RotaryBase = 1e6f, IsTied = true,
            Settings = [("rope.dimension_sections", new[] { 3, 3, 2, 0 })],
        },
        new("maincoder", "maincoder") { HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true },
        new("pangu-embedded", "pangu-embedded") { HasQueryBiases = true, HasAttentionOutputBias = true },
        new("jais2", "jais2")
        {
            KeyValueHeads = 4, Norms = Norms.Layer, HasQueryBiases = true, HasAttentionOutputBias = true, Gate = Gates.None,
            HasFeedForwardBiases = true, Hidden = WideHidden,
        },
        new("paddleocr", "paddleocr")
        {
            IsTied = true, RotaryBase = 5e5f, HasHeadLengthKeys = true, Settings = [("rope.dimension_sections", new[] { 2, 3, 3, 0 })],
        },
        new("hunyuan_vl", "hunyuan_vl")
        {
            HeadNorms = HeadNorms.Each, IsTied = true, HasHeadLengthKeys = true, Settings = [("rope.scaling.alpha", 50f)],
        },
        new("openelm", "openelm")
        {
            Layers = 3, Sizes = new([2, 4, 6], [1, 2, 3], [64, 96, 128]), HasHeadLengthKeys = true, HeadNorms = HeadNorms.Each,
            HasFusedQueries = true, IsTied = true,
        },
        new("deci", "deci")
        {
            Layers = 6, Sizes = new([4, 0, 4, 4, 0, 4], [2, 0, 4, 1, 0, 2], [128, 96, 64, 32, 0, 128]), RotaryBase = 5e5f, HasRotaryFactors = true,
            HasHeadLengthKeys = true,
        },
        new("nanbeige", "nanbeige") { IsTied = true, HasRotaryFactors = true, HasHeadLengthKeys = true, Settings = [("num_loops", 3)] },
        new("nanbeige-unnormed", "nanbeige")
        {
            HasHeadLengthKeys = true, Settings = [("num_loops", 2), ("skip_loop_final_norm", true)],
        },
        new("bitnet", "bitnet") { HasSubNorms = true, IsTied = true },
        Gemma("gemma4", "gemma4") with
        {
            Layers = 6, Heads = 4, KeyValueHeads = 1, HeadNorms = HeadNorms.Each, HasPostNorms = true, RotaryBase = 100,
            Gemma = Gemma4 with { SharedLayers = 3, PerLayer = 64, WideLayers = 3 },
            Settings = [("attention.sliding_window", 8), ("rope.freq_base_swa", 10f), ("final_logit_softcapping", 3f)],
        },
        Gemma("gemma4-moe", "gemma4") with
        {
            Layers = 6, Heads = 4, KeyValueHeads = 2, HeadNorms = HeadNorms.Each, HasPostNorms = true, RotaryBase = 100,
            Gemma = Gemma4 with { TakesKeysForValues = true, FullKeyValueHeads = 1, HasDenseBeside = true },
            Experts = new(8, 2) { Hidden = 64, IsFused = true },
            Settings = [("attention.sliding_window", 8), ("rope.freq_base_swa", 10f)],
        },
        Gemma("gemma3n", "gemma3n") with
        {
            Layers = 22, Heads = 2, KeyValueHeads = 1, HeadNorms = HeadNorms.Each, HasPostNorms = true, RotaryBase = 100,
            Gemma = new([.. Enumerable.Range(0, 22).Select(layer => layer % 2 == 0)]) { SharedLayers = 2, PerLayer = 256, HasStreams = true },
            Settings = [("attention.sliding_window", 8), ("rope.freq_base_swa", 10f)],
        },
        .. ExpertPresets.All,
        .. LatentPresets.All,
        .. DeltaRulePresets.All,
        .. StateSpacePresets.All,
        .. TimeMixPresets.All,
    ];

    // Settings that a recogniser asks for, at 0: none of a factor or a cap; every layer, of a pattern of windows.
    private static readonly (string Preset, string Setting, object Zero)[] Zeros =
    [
        ("granite", "embedding_scale", 0f), ("granite", "residual_scale", 0f), ("granite", "attention.scale", 0f),
        ("minicpm", "embedding_scale", 0f), ("minicpm", "residual_scale", 0f),
        ("command-r", "logit_scale", 0f), ("cohere2", "logit_scale", 0f),
        ("gemma2", "attention.sliding_window_pattern", 0), ("tiny-gemma3", "final_logit_softcapping", 0f),
        ("mpt", "attention.clamp_kqv", 0f), ("mpt", "attention.max_alibi_bias", 0f), ("olmo", "attention.clamp_kqv", 0f),
        ("llama-linear", "rope.scaling.factor", 0f),
        ("tiny-gemma3", "attention.sliding_window_pattern", 0), ("cohere2", "attention.sliding_window_pattern", 0),
        ("olmo3", "attention.sliding_window_pattern", 0), ("exaone4-64-layers", "attention.sliding_window_pattern", 0),
        ("tiny-gemma3", "attention.sliding_window", 0), ("olmo3", "attention.sliding_window", 0), ("tiny-gpt2", "rope.dimension_count", 0),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DecoderPreset> All => Models;

    /// <summary>Some with a setting that means something else than its value says, or that chooses among tensors.</summary>
    public static IReadOnlyList<DecoderPreset> Variants { get; } =
    [
        .. Zeros.Select(zero => Find(zero.Preset).With($"{zero.Preset}-zero-{zero.Setting}", zero.Setting, zero.Zero)),
        // A file of Grok-1 does not say them.
        Find("grok-1") with { Name = "grok-1-defaults", Settings = [] },
        // Longer than the context: the short factors.
        Find("tiny-phi3-longrope").With("tiny-phi3-longrope-short", "rope.scaling.original_context_length", 4096),
    ];

    public static DecoderPreset Find(string name) => Models.FirstOrDefault(preset => preset.Name == name)
        ?? throw new ArgumentException($"There is no preset {name}.", nameof(name));

    private static DecoderPreset Gemma(string name, string architecture) => new(name, architecture)
    {
        Heads = 2, KeyValueHeads = 1, HeadDimension = 32, IsTied = true, HasHeadLengthKeys = true,
    };

    private static GemmaPreset Gemma4 => new([true, true, false, true, true, false])
    {
        WindowHeadDimension = 16, HasOutputScales = true, HasProportionalRotation = true,
    };

    // LayerNorm, and biases everywhere.
    private static DecoderPreset WithBiases(string name, string architecture) => new(name, architecture)
    {
        Norms = Norms.Layer, HasQueryBiases = true, HasAttentionOutputBias = true, Gate = Gates.None, HasFeedForwardBiases = true,
        Hidden = WideHidden,
    };

    private static DecoderPreset NormedBehind(string name, string architecture) => new(name, architecture)
    {
        HasAttentionNorm = false, FeedForwardNorm = null, HasPostNorms = true,
    };

    private static DecoderPreset Plamo3(string name) => new(name, "plamo3")
    {
        HeadNorms = HeadNorms.Each, HasFusedQueries = true, HasHeadLengthKeys = true, Gate = Gates.Fused, HasPostNorms = true,
        AttentionPostNorm = "post_attention_norm", FeedForwardPostNorm = "post_ffw_norm",
    };

    private static DecoderPreset Mpt(string name) => new(name, "mpt")
    {
        KeyValueHeads = 4, RotaryBase = null, Norms = Norms.LayerWithoutBiases, HasFusedQueries = true, Gate = Gates.None, Hidden = WideHidden,
        IsTied = true,
    };

    private static (string Name, object Value)[] Yarn(float factor, int originalContext, params (string Name, float Value)[] more) =>
    [
        ("rope.scaling.type", "yarn"), ("rope.scaling.factor", factor), ("rope.scaling.original_context_length", originalContext),
        .. more.Select(setting => ("rope.scaling." + setting.Name, (object)setting.Value)),
    ];
}
