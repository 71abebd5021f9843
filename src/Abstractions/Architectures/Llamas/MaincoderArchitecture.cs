namespace ModelGen.Architectures;

/// <summary>"maincoder": as llama, with norms of query and key heads behind their rotation (Maincode 2025, Maincoder).</summary>
internal sealed class MaincoderArchitecture : DecoderArchitecture
{
    public override string Name => "maincoder";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        HeadNorm = Presence.Required,
        NormsHeadsAfterRotation = true,
    };
}
