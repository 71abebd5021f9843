namespace ModelGen.Architectures;

/// <summary>"neo-bert": an encoder made like a llama: RMSNorm, rotated queries and keys, networks gated by SiLU (Le Breton et al. 2025).</summary>
internal sealed class NeoBertArchitecture : DecoderArchitecture
{
    public override string Name => "neo-bert";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        IsEncoder = true,
        Pairing = RotaryPairing.Adjacent,
        OutputNorm = "enc.output_norm",
    };
}
