namespace ModelGen.Architectures;

/// <summary>"nemotron": LayerNorm, rotary embedding of a part of each head, squared ReLU without a gate (Parmar et al. 2024, Nemotron-4).</summary>
internal sealed class NemotronArchitecture : DecoderArchitecture
{
    public override string Name => "nemotron";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Optional,
        FeedForwardBias = Presence.Optional,
        Activation = _ => new ActivationSpec(ActivationFunction.SquaredRelu),
        IsGated = false,
        MayTieOutput = false,
    };
}
