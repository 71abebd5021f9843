namespace ModelGen.Architectures;

/// <summary>"internlm2": as llama (Cai et al. 2024, InternLM2).</summary>
internal sealed class InternLm2Architecture : DecoderArchitecture
{
    public override string Name => "internlm2";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        MayTieOutput = false,
    };
}
