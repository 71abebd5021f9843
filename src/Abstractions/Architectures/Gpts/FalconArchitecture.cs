namespace ModelGen.Architectures;

/// <summary>
/// "falcon": LayerNorm, attention and feed-forward in parallel, few key/value heads, GELU, no biases (Almazrouei et al. 2023). The larger models have a
/// norm of its own before each branch.
/// </summary>
internal sealed class FalconArchitecture : DecoderArchitecture
{
    public override string Name => "falcon";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        bool hasTwoNorms = header.HasTensor("blk.0.attn_norm_2.weight");
        return new DecoderTraits
        {
            Norm = NormKind.Layer,
            NormBias = Presence.Required,
            AttentionNorm = hasTwoNorms ? "attn_norm_2" : "attn_norm",
            FeedForwardNorm = hasTwoNorms ? "attn_norm" : null,
            IsParallel = true,
            Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
            IsGated = false,
        };
    }
}
