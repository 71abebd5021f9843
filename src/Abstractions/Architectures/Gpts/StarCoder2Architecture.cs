namespace ModelGen.Architectures;

/// <summary>"starcoder2": LayerNorm, grouped-query attention with rotary embedding of halves, GELU, biases everywhere (Lozhkov et al. 2024, StarCoder 2).</summary>
internal sealed class StarCoder2Architecture : DecoderArchitecture
{
    public override string Name => "starcoder2";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Required,
        FeedForwardBias = Presence.Required,
        Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
        IsGated = false,
    };
}
