namespace ModelGen.Architectures;

/// <summary>"gpt2": LayerNorm, learned embedding of positions, GELU, biases everywhere (Radford et al. 2019).</summary>
internal sealed class Gpt2Architecture : DecoderArchitecture
{
    public override string Name => "gpt2";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = null,
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        ProjectionBias = Presence.Required,
        OutputBias = Presence.Required,
        FeedForwardBias = Presence.Required,
        Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
        IsGated = false,
        Positions = Presence.Required,
    };
}
