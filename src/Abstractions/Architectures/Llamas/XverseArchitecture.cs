namespace ModelGen.Architectures;

/// <summary>"xverse": as llama (XVERSE-13B).</summary>
internal sealed class XverseArchitecture : DecoderArchitecture
{
    public override string Name => "xverse";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        MayTieOutput = false,
    };
}
