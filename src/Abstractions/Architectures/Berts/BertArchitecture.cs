namespace ModelGen.Architectures;

/// <summary>
/// "bert": an encoder whose blocks normalise sums, with learned embeddings of positions and of token types, GELU and biases everywhere
/// (Devlin et al. 2018). MiniLM, BGE, E5, GTE and arctic-embed are such.
/// </summary>
internal sealed class BertArchitecture : DecoderArchitecture
{
    public override string Name => "bert";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        IsEncoder = true,
        Pairing = null,
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        AttentionNorm = null,
        MixerSumNorm = "attn_output_norm",
        FeedForwardNorm = null,
        FeedForwardSumNorm = "layer_output_norm",
        OutputNorm = null,
        ProjectionBias = Presence.Required,
        OutputBias = Presence.Optional,
        FeedForwardBias = Presence.Optional,
        Activation = _ => new ActivationSpec(ActivationFunction.ExactGelu),
        IsGated = false,
        Positions = Presence.Required,
        TokenTypes = Presence.Optional,
        HasEmbeddingNorm = true,
    };
}
