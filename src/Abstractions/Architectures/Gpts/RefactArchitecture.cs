namespace ModelGen.Architectures;

/// <summary>"refact": as llama, with attention with linear biases instead of a rotation (Small Magellanic Cloud AI 2023, Refact).</summary>
internal sealed class RefactArchitecture : DecoderArchitecture
{
    public override string Name => "refact";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = null,
        MaxBias = 8f,
    };
}
