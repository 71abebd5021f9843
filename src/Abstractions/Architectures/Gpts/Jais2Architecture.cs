namespace ModelGen.Architectures;

/// <summary>"jais2": LayerNorm, biases everywhere, rotary embedding, squared ReLU without a gate (Inception 2025, Jais 2).</summary>
internal sealed class Jais2Architecture : DecoderArchitecture
{
    public override string Name => "jais2";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        ProjectionBias = Presence.Required,
        OutputBias = Presence.Required,
        FeedForwardBias = Presence.Required,
        Activation = _ => new ActivationSpec(ActivationFunction.SquaredRelu),
        IsGated = false,
    };
}
