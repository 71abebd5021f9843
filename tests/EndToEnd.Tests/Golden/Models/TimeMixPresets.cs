namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>The models of time mixing.</summary>
internal static class TimeMixPresets
{
    public static DecoderPreset[] All { get; } =
    [
        WithChannelMix("rwkv7", "rwkv7") with { Layers = 3, TimeMix = new(IsGoose: true), Settings = [("wkv.head_size", TimeMixPreset.Dimension)] },
        WithChannelMix("rwkv6", "rwkv6") with
        {
            Layers = 4, TimeMix = new(IsGoose: false) { Shifts = 2 }, Settings = [("rescale_every_n_layers", 2)],
        },
        WithChannelMix("rwkv6-apart", "rwkv6") with { TimeMix = new(IsGoose: false) { IsFused = false } },
        Arwkv("arwkv7", new(IsGoose: true)),
        Arwkv("arwkv7-plain", new(IsGoose: true) { HasGate = false, HasNorm = false }),
    ];

    private static DecoderPreset WithChannelMix(string name, string architecture) => new(name, architecture)
    {
        Embedding = 128, Hidden = 256, RotaryBase = null, Norms = Norms.Layer, HasEmbeddingNorm = true, FeedForwardNorm = "attn_norm_2",
        TextLength = DecoderPreset.RecurrentTextLength,
    };

    private static DecoderPreset Arwkv(string name, TimeMixPreset timeMix) => new(name, "arwkv7")
    {
        Embedding = 128, RotaryBase = null, TextLength = DecoderPreset.RecurrentTextLength,
        TimeMix = timeMix with { HasChannelMix = false, Shifts = 1 }, Settings = [("wkv.head_size", TimeMixPreset.Dimension)],
    };
}
