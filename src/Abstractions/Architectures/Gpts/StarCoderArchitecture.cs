namespace ModelGen.Architectures;

/// <summary>"starcoder": as gpt2, with one key/value head for all queries (Li et al. 2023, StarCoder).</summary>
internal sealed class StarCoderArchitecture : DecoderArchitecture
{
    public override string Name => "starcoder";

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
