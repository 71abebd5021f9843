namespace ModelGen.Architectures;

/// <summary>"mistral3": as llama, with YaRN whose ramp the file names, and queries that grow with their position (Mistral AI 2025, Ministral 3).</summary>
internal sealed class Mistral3Architecture : DecoderArchitecture
{
    public override string Name => "mistral3";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        float scale = header.RealOrZero("attention.temperature_scale");
        int interval = header.SizeOrZero("rope.scaling.original_context_length");
        return new DecoderTraits
        {
            Pairing = RotaryPairing.Adjacent,
            MayStretchRotation = true,
            YarnRamp = YarnSpec.OfPaper,
            ProjectionBias = Presence.Optional,
            OutputBias = Presence.Optional,
            FeedForwardBias = Presence.Optional,
            Temperature = scale > 0 && interval > 0 ? new TemperatureSpec(scale, Offset: 0, interval) : null,
        };
    }
}
