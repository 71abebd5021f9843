using System;

namespace ModelGen.Architectures;

/// <summary>
/// "gemma3": as gemma2 without its bounds, with norms of query and key heads, five layers with a window and a short rotary base of their own
/// before each one without (Gemma team 2025, Gemma 3).
/// </summary>
internal sealed class Gemma3Architecture : DecoderArchitecture
{
    private const float DefaultWindowRotaryBase = 10000f;

    // Layers from one without a window to the next.
    private const int LayersOfPattern = 6;

    // The model of 27 billion parameters alone divides scores by √(d / heads) instead of √(head dimension).
    private const int LayersOfLargest = 62;

    public override string Name => "gemma3";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int embedding = header.Size("embedding_length");
        int layers = header.Size("block_count");
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", layers, LayersOfPattern);
        bool isLargest = layers == LayersOfLargest;
        return new DecoderTraits
        {
            HasWindow = layer => hasWindow[layer],
            WindowRotaryBase = header.Real("rope.freq_base_swa", DefaultWindowRotaryBase),
            Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
            EmbeddingScale = (float)Math.Sqrt(embedding),
            HeadNorm = Presence.Required,
            AttentionPostNorm = "post_attention_norm",
            FeedForwardPostNorm = "post_ffw_norm",
            ScoreScale = isLargest ? (float)(1 / Math.Sqrt((double)embedding / header.Size("attention.head_count"))) : null,
            LogitSoftCap = header.RealOrZero("final_logit_softcapping"),
        };
    }
}
