namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>The models with latent attention.</summary>
internal static class LatentPresets
{
    private static readonly LatentPreset Apart = new(Rank: 64, KeyLength: 16, RotaryLength: 8, ValueLength: 16);
    private static readonly LatentPreset Whole = Apart with { IsWhole = true };

    public static DecoderPreset[] All { get; } =
    [
        DeepSeek("deepseek2-lite") with { Latent = Apart, Settings = [.. Lite] },
        DeepSeek("deepseek2-lite-unsplit") with { KeyValueHeads = 4, Latent = Whole, Settings = [.. Lite] },
        DeepSeek("deepseek2-lite-27-layers") with { Layers = 27, Latent = Apart },
        DeepSeek("deepseek2-v2") with
        {
            Latent = Apart with { QueryRank = 64 },
            Settings =
            [
                .. Routing(scale: 4, gating: 1, normalises: false), ("rope.scaling.type", "yarn"), ("rope.scaling.factor", 8f),
                ("rope.scaling.original_context_length", 64), ("rope.scaling.yarn_log_multiplier", 0.0707f),
            ],
        },
        DeepSeek("deepseek2-v3") with
        {
            Latent = Apart with { QueryRank = 64 },
            Experts = new(8, 2) { Hidden = 64, Leading = 1, Shared = 64, HasSelectionBias = true },
            Settings = [.. Routing(scale: 2.5f, gating: 2, normalises: true), ("expert_group_count", 4), ("expert_group_used_count", 2)],
        },
        DeepSeek("mistral4") with
        {
            Architecture = "mistral4", Latent = Apart with { QueryRank = 64 },
            Settings =
            [
                .. Routing(scale: 1, gating: 1, normalises: true), ("rope.scaling.type", "yarn"), ("rope.scaling.factor", 8f),
                ("rope.scaling.original_context_length", 16), ("attention.temperature_scale", 0.5f), ("attention.temperature_length", 8),
            ],
        },
        new("minicpm3", "minicpm3") { KeyValueHeads = 4, IsTied = true, Latent = Whole with { QueryRank = 64 } },
        new("plm", "plm") { KeyValueHeads = 4, IsTied = true, Gate = Gates.None, Latent = Whole },
    ];

    // llama.cpp knows that a model of another number of layers is a lite one by this.
    private static (string Name, object Value)[] Lite => [.. Routing(scale: 1, gating: 1, normalises: false), ("attention.q_lora_rank", 0)];

    private static DecoderPreset DeepSeek(string name) => new(name, "deepseek2")
    {
        Layers = 3, KeyValueHeads = 1, Experts = new(8, 2) { Hidden = 64, Leading = 1, Shared = 64 },
        Settings = [.. Routing(scale: 1, gating: 1, normalises: false)],
    };

    private static (string Name, object Value)[] Routing(float scale, int gating, bool normalises) =>
    [
        ("leading_dense_block_count", 1), ("expert_shared_count", 1), ("expert_weights_scale", scale), ("expert_gating_func", gating),
        ("expert_weights_norm", normalises),
    ];
}
