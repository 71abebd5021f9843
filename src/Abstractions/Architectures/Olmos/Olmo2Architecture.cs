namespace ModelGen.Architectures;

/// <summary>
/// "olmo2": norms behind each branch instead of before it, and over all query and all key heads; OLMo 3 adds a window to three of four layers,
/// whose rotation is not scaled (OLMo team 2024, 2 OLMo 2 Furious; 2025, OLMo 3).
/// </summary>
internal sealed class Olmo2Architecture : DecoderArchitecture
{
    // Layers from one without a window to the next.
    private const int LayersOfPattern = 4;

    public override string Name => "olmo2";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        bool isMixed = header.SizeOrZero("attention.sliding_window") > 0;
        bool[] hasWindow = header.PatternOfLayers(
            "attention.sliding_window_pattern", header.Size("block_count"), LayersOfPattern, isUsed: isMixed);
        return new DecoderTraits
        {
            HasWindow = layer => hasWindow[layer],
            WindowRotaryBase = isMixed ? header.Real("rope.freq_base", RotaryReader.DefaultBase) : null,
            AttentionNorm = null,
            AttentionPostNorm = "post_attention_norm",
            FeedForwardNorm = null,
            FeedForwardPostNorm = "post_ffw_norm",
            HeadNorm = Presence.Required,
            HeadNormExtent = HeadNormExtent.AllHeads,
            MayTieOutput = false,
        };
    }
}
