namespace ModelGen.Architectures;

/// <summary>
/// "smallthinker": experts with ReLU, chosen by what the layer begins with, before the attention; in the larger model every fourth layer sees all of the
/// text and does not rotate, and the others have a window (Song et al. 2025, SmallThinker).
/// </summary>
internal sealed class SmallThinkerArchitecture : DecoderArchitecture
{
    // Layers from one without a window to the next, and from one without rotation to the next.
    private const int LayersOfPattern = 4;

    // Keys of a window, whatever the file says.
    private const int Window = 4096;

    public override string Name => "smallthinker";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        bool isMixed = header.SizeOrZero("attention.sliding_window") > 0;
        bool[] hasWindow = header.PatternOfLayers(
            "attention.sliding_window_pattern", header.Size("block_count"), LayersOfPattern, isUsed: isMixed, isFirst: true);
        return new DecoderTraits
        {
            Rotates = layer => !isMixed || layer % LayersOfPattern != 0,
            HasWindow = layer => hasWindow[layer],
            FixedWindow = Window,
            Activation = _ => new ActivationSpec(ActivationFunction.Relu),
            Experts = new ExpertTraits
            {
                Gating = ExpertTraits.ReadGating(header, fallback: null),
                Normalises = true,
                RoutesLayerInput = true,
            },
        };
    }
}
