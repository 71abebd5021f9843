namespace ModelGen.Architectures;

/// <summary>
/// "stablelm": LayerNorm, rotary embedding of a part of each head, SwiGLU (Bellagente et al. 2024, Stable LM 2). Models without a norm before
/// feed-forward compute both branches in parallel, and have a norm for each query and key head.
/// </summary>
internal sealed class StableLmArchitecture : DecoderArchitecture
{
    public override string Name => "stablelm";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // That a block is parallel shows by its norms.
        header.Ignore("use_parallel_residual");
        bool isParallel = !header.HasTensor("blk.0.ffn_norm.weight");
        return new DecoderTraits
        {
            Norm = NormKind.Layer,
            NormBias = Presence.Required,
            FeedForwardNorm = isParallel ? null : "ffn_norm",
            IsParallel = isParallel,
            ProjectionBias = Presence.Optional,
            HeadNorm = Presence.Optional,
            HeadNormKind = NormKind.Layer,
            HeadNormExtent = HeadNormExtent.OwnHead,
            MayTieOutput = false,
        };
    }
}
