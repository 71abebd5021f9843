using System;

namespace ModelGen.Architectures;

/// <summary>
/// "gemma-embedding": gemma3 as an encoder: a token sees its whole text, or a window on both sides (Google DeepMind 2025, EmbeddingGemma).
/// </summary>
internal sealed class GemmaEmbeddingArchitecture : DecoderArchitecture
{
    private const float DefaultWindowRotaryBase = 10000f;

    // Layers from one without a window to the next.
    private const int LayersOfPattern = 6;

    public override string Name => "gemma-embedding";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int layers = header.Size("block_count");
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", layers, LayersOfPattern);
        return new DecoderTraits
        {
            IsEncoder = true,
            HasWindow = layer => hasWindow[layer],
            WindowRotaryBase = header.Real("rope.freq_base_swa", DefaultWindowRotaryBase),
            Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
            EmbeddingScale = (float)Math.Sqrt(header.Size("embedding_length")),
            HeadNorm = Presence.Required,
            AttentionPostNorm = "post_attention_norm",
            FeedForwardPostNorm = "post_ffw_norm",
        };
    }
}
