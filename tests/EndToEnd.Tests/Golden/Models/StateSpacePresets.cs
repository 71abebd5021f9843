using System.Linq;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>The models with state spaces.</summary>
internal static class StateSpacePresets
{
    private static readonly DecoderPreset[] Presets =
    [
        Alone("mamba", "mamba", new([0, 1], 128, 8, 4)) with { Settings = [("ssm.dt_b_c_rms", false)] },
        Alone("mamba-normed", "mamba", new([0, 1], 128, 8, 4)) with { Settings = [("ssm.dt_b_c_rms", true)] },
        Alone("mamba2", "mamba2", new([0, 1], 128, 16, 8) { Groups = 2 }),
        new("jamba", "jamba")
        {
            Layers = 4, RotaryBase = null, StateSpace = new([0, 1, 3], 128, 8, 4) { HasSelectionNorms = true },
            Experts = new(4, 2) { Step = 2 },
        },
        GraniteHybrid("granitehybrid"),
        GraniteHybrid("granitehybrid-moe") with { Experts = new(8, 2) { Shared = 128 } } with
        {
            Settings = [.. GraniteHybrid("granitehybrid-moe").Settings, ("expert_shared_feed_forward_length", 128)],
        },
        new("nemotron_h", "nemotron_h")
        {
            Layers = 4, RotaryBase = null, HasHeadLengthKeys = true, HeadDimension = 32, FeedForwardNorm = null, Gate = Gates.None,
            StateSpace = new([0, 3], 128, 16, 8) { Groups = 2 }, NetworksAlone = [1], Settings = [("attention.layer_norm_epsilon", 0.3f)],
        },
        new("nemotron_h_moe", "nemotron_h_moe")
        {
            Layers = 5, RotaryBase = null, HasHeadLengthKeys = true, FeedForwardNorm = null, Gate = Gates.None, Hidden = 64,
            StateSpace = new([0, 3], 128, 16, 8) { Groups = 2 }, NetworksAlone = [1, 4],
            Experts = new(8, 2) { Hidden = 64, Shared = 128, HasSelectionBias = true },
            Settings =
            [
                ("attention.layer_norm_epsilon", 0.3f), ("expert_shared_feed_forward_length", 128), ("expert_shared_count", 1), ("expert_weights_norm", true),
                ("expert_weights_scale", 2.5f),
            ],
        },
        new("falcon-h1", "falcon-h1")
        {
            HasHeadLengthKeys = true, RotaryBase = 1e6f, StateSpace = new([0, 1], 128, 16, 8) { Groups = 1, HasNorm = false, IsBesideAttention = true },
        },
        new("plamo2", "plamo2")
        {
            Layers = 4, HeadNorms = HeadNorms.Own, HasFusedQueries = true, HasHeadLengthKeys = true, Gate = Gates.Fused, HasPostNorms = true,
            AttentionPostNorm = "post_attention_norm", FeedForwardPostNorm = "post_ffw_norm", StateSpace = new([0, 2], 128, 16, 4) { Alternates = true },
        },
        new("falcon-h1-normed", "falcon-h1")
        {
            HasHeadLengthKeys = true, RotaryBase = 1e6f, StateSpace = new([0, 1], 128, 16, 8) { Groups = 2, IsBesideAttention = true },
        },
    ];

    public static DecoderPreset[] All { get; } = [.. Presets.Select(preset => preset with { TextLength = DecoderPreset.RecurrentTextLength })];

    private static DecoderPreset Alone(string name, string architecture, StateSpacePreset stateSpace) => new(name, architecture)
    {
        RotaryBase = null, IsTied = true, StateSpace = stateSpace with { IsAlone = true },
    };

    private static DecoderPreset GraniteHybrid(string name) => new(name, "granitehybrid")
    {
        Layers = 4, IsTied = true, RotaryBase = null, StateSpace = new([0, 1, 3], 128, 16, 8) { Groups = 2 },
        Settings =
        [
            ("logit_scale", 6f), ("residual_scale", 0.22f), ("embedding_scale", 12f), ("attention.scale", 0.0625f), ("rope.scaling.finetuned", false),
        ],
    };
}
