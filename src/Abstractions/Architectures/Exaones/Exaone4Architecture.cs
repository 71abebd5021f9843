namespace ModelGen.Architectures;

/// <summary>
/// "exaone4": norms behind each branch, and of query and key heads. The model of 64 layers has a window and a rotation in three of four layers, and
/// neither in the fourth (LG AI Research 2025, EXAONE 4).
/// </summary>
internal sealed class Exaone4Architecture : DecoderArchitecture
{
    // Layers from one without a window to the next, and of the only model that has windows.
    private const int LayersOfPattern = 4;
    private const int LayersOfMixed = 64;
    private const int WindowOfMixed = 4096;

    public override string Name => "exaone4";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int layers = header.Size("block_count");
        bool isMixed = layers == LayersOfMixed;
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", layers, LayersOfPattern, isUsed: isMixed);
        return new DecoderTraits
        {
            Rotates = layer => !isMixed || hasWindow[layer],
            HasWindow = layer => hasWindow[layer],
            DefaultWindow = WindowOfMixed,
            MayStretchRotation = true,
            AttentionNorm = null,
            AttentionPostNorm = "post_attention_norm",
            FeedForwardNorm = null,
            FeedForwardPostNorm = "post_ffw_norm",
            HeadNorm = Presence.Required,
        };
    }
}
