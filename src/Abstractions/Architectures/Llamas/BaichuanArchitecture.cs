namespace ModelGen.Architectures;

/// <summary>"baichuan": as llama; the model of 40 layers has attention with linear biases instead of a rotation (Yang et al. 2023, Baichuan 2).</summary>
internal sealed class BaichuanArchitecture : DecoderArchitecture
{
    // Of the model of 13 billion parameters; that of 7 billion has 32.
    private const int LayersWithBias = 40;

    public override string Name => "baichuan";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        bool hasBias = header.Size("block_count") == LayersWithBias;
        return new DecoderTraits
        {
            Pairing = hasBias ? null : RotaryPairing.Adjacent,
            MaxBias = hasBias ? 8f : 0f,
            MayTieOutput = false,
        };
    }
}
