namespace ModelGen.Architectures;

/// <summary>
/// "plamo3": norms of query and key heads, before and behind each branch, in some models windows in seven of eight layers, with a rotation of their own
/// (Preferred Networks 2025, PLaMo 3).
/// </summary>
internal sealed class Plamo3Architecture : DecoderArchitecture
{
    // Layers from one without a window to the next.
    private const int LayersOfPattern = 8;

    public override string Name => "plamo3";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        bool isMixed = header.SizeOrZero("attention.sliding_window") > 0;
        bool[] hasWindow = header.PatternOfLayers(
            "attention.sliding_window_pattern", header.Size("block_count"), LayersOfPattern, isUsed: isMixed);
        return new DecoderTraits
        {
            HasWindow = layer => hasWindow[layer],
            WindowRotaryBase = isMixed ? header.Real("rope.freq_base_swa", RotaryReader.DefaultBase) : null,
            HeadNorm = Presence.Required,
            AttentionPostNorm = "post_attention_norm",
            FeedForwardPostNorm = "post_ffw_norm",
            HasBarePostNorms = true,
        };
    }
}
