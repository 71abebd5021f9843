namespace ModelGen.Architectures;

/// <summary>"ernie4_5": as llama (Baidu 2025, ERNIE 4.5, the dense models).</summary>
internal sealed class Ernie45Architecture : DecoderArchitecture
{
    public override string Name => "ernie4_5";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Optional,
    };
}
