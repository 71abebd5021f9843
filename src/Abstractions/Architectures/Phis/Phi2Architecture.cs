namespace ModelGen.Architectures;

/// <summary>
/// "phi2": LayerNorm, attention and feed-forward in parallel, GELU, biases everywhere, rotary embedding of a part of each head (Microsoft 2023,
/// Phi-2).
/// </summary>
internal sealed class Phi2Architecture : DecoderArchitecture
{
    public override string Name => "phi2";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        FeedForwardNorm = null,
        IsParallel = true,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Required,
        FeedForwardBias = Presence.Required,
        LogitBias = Presence.Required,
        Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
        IsGated = false,
        MayTieOutput = false,
    };
}
