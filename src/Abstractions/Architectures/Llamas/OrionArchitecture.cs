namespace ModelGen.Architectures;

/// <summary>"orion": as llama, with LayerNorm and rotary embedding of halves (Chen et al. 2024, Orion-14B).</summary>
internal sealed class OrionArchitecture : DecoderArchitecture
{
    public override string Name => "orion";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        MayTieOutput = false,
    };
}
