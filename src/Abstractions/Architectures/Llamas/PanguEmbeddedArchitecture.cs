namespace ModelGen.Architectures;

/// <summary>"pangu-embedded": as llama, with biases of attention, and a rotation of halves (Huawei 2025, openPangu-Embedded).</summary>
internal sealed class PanguEmbeddedArchitecture : DecoderArchitecture
{
    public override string Name => "pangu-embedded";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        MayStretchRotation = true,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Required,
    };
}
