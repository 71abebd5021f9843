namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>The models with experts.</summary>
internal static class ExpertPresets
{
    private static readonly ExpertsPreset Usual = new(8, 2) { Hidden = 64 };

    public static DecoderPreset[] All { get; } =
    [
        new("mixtral", "llama") { RotaryBase = 1e6f, Experts = new(8, 2) },
        new("qwen2moe", "qwen2moe")
        {
            HasQueryBiases = true, RotaryBase = 1e6f, Experts = Usual with { Shared = 128, IsSharedGated = true },
            Settings = [("expert_shared_feed_forward_length", 128)],
        },
        new("tiny-qwen3moe", "qwen3moe")
        {
            HeadDimension = 32, HasHeadLengthKeys = true, HeadNorms = HeadNorms.Each, RotaryBase = 1e6f, Experts = Usual,
        },
        new("qwen3vlmoe", "qwen3vlmoe")
        {
            HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true, RotaryBase = 1e6f, Experts = Usual,
            Settings = [("rope.dimension_sections", new[] { 3, 3, 2, 0 })],
        },
        new("mellum", "mellum")
        {
            Layers = 4, HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true, RotaryBase = 1e6f, Experts = Usual,
            Settings =
            [
                ("attention.sliding_window", 8), ("rope.scaling.type", "yarn"), ("rope.scaling.factor", 8f),
                ("rope.scaling.original_context_length", 64),
            ],
        },
        new("tiny-olmoe", "olmoe") { KeyValueHeads = 4, HeadNorms = HeadNorms.All, Hidden = 64, Experts = new(8, 2) },
        Granite("granitemoe"),
        Granite("granitemoe-shared") with
        {
            Experts = new(8, 2) { Shared = 128 },
            Settings =
            [
                ("logit_scale", 6f), ("residual_scale", 0.22f), ("embedding_scale", 12f), ("attention.scale", 0.0625f),
                ("expert_shared_feed_forward_length", 128),
            ],
        },
        new("phimoe", "phimoe")
        {
            Norms = Norms.RootMeanSquareWithBiases, HasQueryBiases = true, HasAttentionOutputBias = true, HasOutputBias = true,
            Experts = new(8, 2), Settings = [("rope.scaling.original_context_length", 2048)],
        },
        new("dbrx", "dbrx")
        {
            Norms = Norms.LayerWithoutBiases, HasFusedQueries = true, FeedForwardNorm = "attn_output_norm", RotaryBase = 5e5f, Hidden = 64,
            Experts = new(8, 2), Settings = [("attention.clamp_kqv", 1f)],
        },
        new("deepseek", "deepseek")
        {
            Layers = 3, KeyValueHeads = 4, Experts = Usual with { Leading = 1, Shared = 128 },
            Settings = [("leading_dense_block_count", 1), ("expert_shared_count", 2), ("expert_weights_scale", 1f)],
        },
        new("dots1", "dots1")
        {
            Layers = 3, KeyValueHeads = 4, HeadNorms = HeadNorms.Each, RotaryBase = 1e7f,
            Experts = Usual with { Leading = 1, Shared = 128, HasSelectionBias = true },
            Settings = [.. Routing(leading: 1, shared: 2, scale: 2.5f)],
        },
        new("glm4moe", "glm4moe")
        {
            Layers = 3, RotaryDimensions = 8, HasQueryBiases = true, HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true,
            FeedForwardNorm = "post_attention_norm", Experts = Usual with { Leading = 1, Shared = 64, HasSelectionBias = true },
            Settings = [.. Routing(leading: 1, shared: 1, scale: 1.5f)],
        },
        new("ernie4_5-moe", "ernie4_5-moe")
        {
            Layers = 3, IsTied = true, RotaryBase = 5e5f, HasHeadLengthKeys = true,
            Experts = Usual with { Leading = 1, Shared = 64, HasSelectionBias = true },
            Settings =
            [
                ("leading_dense_block_count", 1), ("interleave_moe_layer_step", 1), ("expert_shared_feed_forward_length", 64),
                ("expert_shared_count", 1),
            ],
        },
        new("hunyuan-moe", "hunyuan-moe")
        {
            HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true, Hidden = 64, Experts = Usual with { Shared = 64 },
            Settings = [("expert_shared_feed_forward_length", 64), ("expert_shared_count", 1)],
        },
        new("bailingmoe", "bailingmoe")
        {
            HasHeadLengthKeys = true, Experts = Usual with { Shared = 128 },
            Settings = [("leading_dense_block_count", 0), ("expert_shared_count", 2), ("expert_weights_scale", 1.5f), ("expert_weights_norm", true)],
        },
        new("bailingmoe2", "bailingmoe2")
        {
            Layers = 3, HasFusedQueries = true, HasHeadLengthKeys = true, HeadNorms = HeadNorms.Each, RotaryDimensions = 8,
            Experts = Usual with { Leading = 1, Shared = 64, HasSelectionBias = true },
            Settings = [.. Routing(leading: 1, shared: 1, scale: 2.5f), ("expert_group_count", 4), ("expert_group_used_count", 2)],
        },
        new("exaone-moe", "exaone-moe")
        {
            Layers = 5, HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true, RotaryBase = 1e6f,
            Experts = Usual with { Leading = 1, Shared = 64, HasSelectionBias = true },
            Settings = [.. Routing(leading: 1, shared: 1, scale: 2.5f), ("attention.sliding_window", 8)],
        },
        new("minimax-m2", "minimax-m2")
        {
            HeadDimension = 32, HasHeadLengthKeys = true, HeadNorms = HeadNorms.All, RotaryDimensions = 16, RotaryBase = 5e6f, Hidden = 64,
            Experts = Usual with { HasSelectionBias = true }, Settings = [("expert_gating_func", 2)],
        },
        new("llama4", "llama4")
        {
            Layers = 4, HasHeadLengthKeys = true, RotaryBase = 5e5f, Experts = new(4, 1) { Hidden = 64, Step = 2, Shared = 64 },
            Settings = [("interleave_moe_layer_step", 2)],
        },
        new("gpt-oss", "gpt-oss")
        {
            Layers = 4, HasHeadLengthKeys = true, HasQueryBiases = true, HasAttentionOutputBias = true, FeedForwardNorm = "post_attention_norm",
            HasSinks = true, RotaryBase = 150000, Experts = new(4, 2) { Hidden = 64, HasBiases = true },
            Settings =
            [
                ("attention.sliding_window", 8), ("rope.scaling.type", "yarn"), ("rope.scaling.factor", 32f),
                ("rope.scaling.original_context_length", 64),
            ],
        },
        new("hy_v3", "hy_v3")
        {
            Layers = 3, HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true, RotaryBase = 1e6f,
            Experts = Usual with { Leading = 1, Shared = 64, HasSelectionBias = true, SelectionBiasName = "exp_probs_b" },
            Settings = [.. Routing(leading: 1, shared: 1, scale: 2.5f)],
        },
        new("deepseek2-ocr", "deepseek2-ocr")
        {
            Layers = 3, KeyValueHeads = 4, Experts = Usual with { Leading = 1, Shared = 128, HasSelectionBias = true },
            Settings = [.. Routing(leading: 1, shared: 2, scale: 2.5f)],
        },
        new("afmoe", "afmoe")
        {
            Layers = 5, HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true, HasOutputGate = true, HasPostNorms = true,
            Experts = Usual with { Leading = 1, Shared = 64, HasSelectionBias = true },
            Settings = [.. Routing(leading: 1, shared: 1, scale: 2.5f), ("attention.sliding_window", 8)],
        },
        new("cohere2moe", "cohere2moe")
        {
            Layers = 5, Norms = Norms.LayerWithoutBiases, FeedForwardNorm = null, IsTied = true, HasHeadLengthKeys = true, RotaryBase = 5e4f,
            Experts = Usual with { Leading = 1, Shared = 128 },
            Settings = [.. Routing(leading: 1, shared: 2, scale: 2.5f), ("logit_scale", 0.25f), ("attention.sliding_window", 8), ("attention.layer_norm_rms_epsilon", 0f)],
        },
        new("grok-1", "grok")
        {
            HasPostNorms = true, AttentionPostNorm = "attn_output_norm.weight", FeedForwardPostNorm = "layer_output_norm.weight", Hidden = 64,
            Experts = new(8, 2),
            Settings = [("embedding_scale", 2f), ("logit_scale", 0.5f), ("attention.output_scale", 0.5f), ("attn_logit_softcapping", 2f)],
        },
        new("grok-2", "grok")
        {
            HasPostNorms = true, AttentionPostNorm = "attn_output_norm.weight", RotaryBase = 100, HasHeadLengthKeys = true,
            Experts = Usual with { Shared = 128, SharedSuffix = "" },
            Settings =
            [
                ("embedding_scale", 2f), ("logit_scale", 0.5f), ("attention.output_scale", 0.5f), ("attn_logit_softcapping", 2f),
                ("router_logit_softcapping", 30f), ("final_logit_softcapping", 3f), ("attention.temperature_length", 16),
                ("rope.scaling.type", "yarn"), ("rope.scaling.factor", 16f), ("rope.scaling.original_context_length", 16),
                ("rope.scaling.yarn_beta_fast", 2f), ("rope.scaling.yarn_beta_slow", 0.5f),
            ],
        },
        new("smallthinker", "smallthinker")
        {
            Layers = 5, HasHeadLengthKeys = true, RotaryBase = 1.5e6f, IsTied = true, Experts = Usual,
            Settings = [("expert_gating_func", 2), ("attention.sliding_window", 4096)],
        },
        new("smallthinker-full", "smallthinker")
        {
            HasHeadLengthKeys = true, RotaryBase = 1.5e6f, Experts = Usual, Settings = [("expert_gating_func", 1)],
        },
        new("lfm2moe", "lfm2moe")
        {
            Layers = 4, Convolutions = [0, 1, 3], HeadNorms = HeadNorms.Each, RotaryBase = 1e6f, IsTied = true, OutputNorm = "token_embd_norm",
            Experts = Usual with { Leading = 1, HasSelectionBias = true },
            Settings = [("leading_dense_block_count", 1), ("expert_gating_func", 2)],
        },
    ];

    private static DecoderPreset Granite(string name) => new(name, "granitemoe")
    {
        IsTied = true, Experts = new(8, 2),
        Settings = [("logit_scale", 6f), ("residual_scale", 0.22f), ("embedding_scale", 12f), ("attention.scale", 0.0625f)],
    };

    // Sigmoid, weights that are normalised and scaled.
    private static (string Name, object Value)[] Routing(int leading, int shared, float scale) =>
    [
        ("leading_dense_block_count", leading), ("expert_shared_count", shared), ("expert_weights_scale", scale), ("expert_weights_norm", true),
        ("expert_gating_func", 2),
    ];
}
