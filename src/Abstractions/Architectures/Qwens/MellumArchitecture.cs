namespace ModelGen.Architectures;

/// <summary>"mellum": as qwen3moe, in some models with windows in three of four layers, whose rotation is not scaled (JetBrains 2026, Mellum 2).</summary>
internal sealed class MellumArchitecture : DecoderArchitecture
{
    // Layers from one without a window to the next.
    private const int LayersOfPattern = 4;

    public override string Name => "mellum";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        bool isMixed = header.SizeOrZero("attention.sliding_window") > 0;
        bool[] hasWindow = header.PatternOfLayers(
            "attention.sliding_window_pattern", header.Size("block_count"), LayersOfPattern, isUsed: isMixed);
        return Qwen3MoeArchitecture.TraitsOf(header) with
        {
            HasWindow = layer => hasWindow[layer],
            WindowRotaryBase = isMixed ? header.Real("rope.freq_base", RotaryReader.DefaultBase) : null,
            MayTieOutput = false,
        };
    }
}
