namespace ModelGen.Architectures;

/// <summary>"ernie4_5": as llama (Baidu 2025, ERNIE 4.5, the dense models).</summary>
internal sealed class Ernie45Architecture : DecoderArchitecture
{
    public override string Name => "ernie4_5";

    /// <summary>What all of the family have in common.</summary>
    public static DecoderTraits Traits { get; } = new()
    {
        Pairing = RotaryPairing.Adjacent,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Optional,
    };

    protected override DecoderTraits Describe(HeaderQuery header) => Traits;
}
