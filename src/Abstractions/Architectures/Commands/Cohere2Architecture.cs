namespace ModelGen.Architectures;

/// <summary>"cohere2": as command-r; three of four layers have a window and a rotation, the fourth has neither (Cohere 2024, Command R7B).</summary>
internal sealed class Cohere2Architecture : DecoderArchitecture
{
    // Layers from one without a window to the next.
    private const int LayersOfPattern = 4;

    public override string Name => "cohere2";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        header.Size("attention.sliding_window");
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", header.Size("block_count"), LayersOfPattern);
        return new DecoderTraits
        {
            Pairing = RotaryPairing.Adjacent,
            Rotates = layer => hasWindow[layer],
            HasWindow = layer => hasWindow[layer],
            Norm = NormKind.Layer,
            FeedForwardNorm = null,
            IsParallel = true,
            LogitScale = header.Factor("logit_scale"),
        };
    }
}
