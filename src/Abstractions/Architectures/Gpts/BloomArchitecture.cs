namespace ModelGen.Architectures;

/// <summary>"bloom": LayerNorm, of the embedding too, attention with linear biases, GELU, biases everywhere (Le Scao et al. 2022).</summary>
internal sealed class BloomArchitecture : DecoderArchitecture
{
    public override string Name => "bloom";

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
        HasEmbeddingNorm = true,
        MaxBias = 8f,
    };
}
