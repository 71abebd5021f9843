namespace ModelGen.Architectures;

/// <summary>"smollm3": as llama, with no rotation in every fourth layer (NoPE, Kazemnejad et al. 2023; SmolLM3 2025).</summary>
internal sealed class SmolLm3Architecture : DecoderArchitecture
{
    // Layers from one without rotation to the next.
    private const int LayersOfPattern = 4;

    public override string Name => "smollm3";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        Rotates = layer => layer % LayersOfPattern != LayersOfPattern - 1,
    };
}
