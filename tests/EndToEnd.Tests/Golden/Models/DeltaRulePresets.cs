namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>The models with gated delta rules.</summary>
internal static class DeltaRulePresets
{
    private static readonly ExpertsPreset Experts = new(8, 2) { Hidden = 64, Shared = 64, IsSharedGated = true };

    public static DecoderPreset[] All { get; } =
    [
        WithExperts("qwen3next", "qwen3next") with { DeltaRule = new() { HasGroups = true } },
        WithExperts("qwen3next-packed", "qwen3next") with
        {
            DeltaRule = new() { KeyHeads = 2, ValueHeads = 6, IsRecurrent = [true, false, true, true], HasGroups = true, IsPacked = true },
        },
        Usual("qwen35", "qwen35") with
        {
            DeltaRule = new() { Dimension = 32, Interval = 3 }, Settings = [("rope.dimension_sections", new[] { 2, 1, 1, 0 })],
        },
        WithExperts("qwen35moe", "qwen35moe") with
        {
            DeltaRule = new(),
            Settings = [("rope.dimension_sections", new[] { 2, 1, 1, 0 }), ("expert_shared_feed_forward_length", 64)],
        },
        new("kimi-linear", "kimi-linear")
        {
            Layers = 4, KeyValueHeads = 1, RotaryBase = null, Latent = new(Rank: 64, KeyLength: 16, RotaryLength: 8, ValueLength: 16),
            DeltaRule = new() { Dimension = 32, DecaysElements = true },
            Experts = new(8, 2) { Hidden = 64, Leading = 1, Shared = 64, HasSelectionBias = true }, TextLength = DecoderPreset.RecurrentTextLength,
            Settings =
            [
                ("leading_dense_block_count", 1), ("expert_shared_count", 1), ("expert_weights_scale", 2.5f), ("expert_gating_func", 2),
            ],
        },
    ];

    private static DecoderPreset Usual(string name, string architecture) => new(name, architecture)
    {
        Layers = 4, HeadNorms = HeadNorms.Each, HasHeadLengthKeys = true, RotaryBase = 1e4f, RotaryDimensions = 8,
        FeedForwardNorm = "post_attention_norm", TextLength = DecoderPreset.RecurrentTextLength,
    };

    private static DecoderPreset WithExperts(string name, string architecture) => Usual(name, architecture) with
    {
        Experts = Experts, Settings = [("expert_shared_feed_forward_length", 64)],
    };
}
