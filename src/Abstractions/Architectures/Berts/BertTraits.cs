namespace ModelGen.Architectures;

/// <summary>What the encoders of BERT's family have in common (Devlin et al. 2018).</summary>
internal static class BertTraits
{
    /// <summary>Blocks that normalise sums, LayerNorms with biases, and whatever biases and types of tokens the file has.</summary>
    public static DecoderTraits SumNormed { get; } = new()
    {
        IsEncoder = true,
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        AttentionNorm = null,
        MixerSumNorm = "attn_output_norm",
        FeedForwardNorm = null,
        FeedForwardSumNorm = "layer_output_norm",
        OutputNorm = null,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Optional,
        FeedForwardBias = Presence.Optional,
        TokenTypes = Presence.Optional,
        HasEmbeddingNorm = true,
    };
}
