using System;

namespace ModelGen.Architectures;

/// <summary>
/// "gemma2": as gemma, with norms behind each branch too, bounds on scores and logits, and a window in every other layer (Gemma team 2024,
/// Gemma 2).
/// </summary>
internal sealed class Gemma2Architecture : DecoderArchitecture
{
    private const int UsualWindow = 4096;

    // Layers from one without a window to the next.
    private const int LayersOfPattern = 2;

    private const float DefaultScoreSoftCap = 50f;
    private const float DefaultLogitSoftCap = 30f;

    // The model of 27 billion parameters alone divides scores by √(d / heads) instead of √(head dimension).
    private const int LayersOfLargest = 46;

    public override string Name => "gemma2";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int embedding = header.Size("embedding_length");
        int layers = header.Size("block_count");
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", layers, LayersOfPattern);
        bool isLargest = layers == LayersOfLargest;
        return new DecoderTraits
        {
            HasWindow = layer => hasWindow[layer],
            DefaultWindow = UsualWindow,
            Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
            EmbeddingScale = (float)Math.Sqrt(embedding),
            AttentionPostNorm = "post_attention_norm",
            FeedForwardPostNorm = "post_ffw_norm",
            ScoreScale = isLargest ? (float)(1 / Math.Sqrt((double)embedding / header.Size("attention.head_count"))) : null,
            ScoreSoftCap = header.Real("attn_logit_softcapping", DefaultScoreSoftCap),
            LogitSoftCap = header.Real("final_logit_softcapping", DefaultLogitSoftCap),
        };
    }
}
