using System;

namespace ModelGen.Architectures;

/// <summary>
/// "afmoe": norms before and behind both branches and of query and key heads, attention behind a gate, windows in three of four layers, those alone
/// rotated, a scaled embedding, experts in all layers but the leading ones, chosen with a bias, and a network that every token takes (Arcee AI 2025,
/// Trinity).
/// </summary>
internal sealed class AfmoeArchitecture : DecoderArchitecture
{
    // Layers from one without a window to the next, and from one without rotation to the next.
    private const int LayersOfPattern = 4;

    public override string Name => "afmoe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        bool isMixed = header.SizeOrZero("attention.sliding_window") > 0;
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", header.Size("block_count"), LayersOfPattern, isUsed: isMixed);
        return new DecoderTraits
        {
            Rotates = layer => (layer + 1) % LayersOfPattern != 0,
            HasWindow = layer => hasWindow[layer],
            Gate = AttentionGate.OwnMatrix,
            HeadNorm = Presence.Required,
            AttentionPostNorm = "post_attention_norm",
            FeedForwardPostNorm = "post_ffw_norm",
            EmbeddingScale = (float)Math.Sqrt(header.Size("embedding_length")),
            Experts = ExpertTraits.AsTheFileSays(header, GatingFunction.Sigmoid) with
            {
                SelectionBias = Presence.Required,
                SharedLength = header.Size("expert_feed_forward_length") * header.SizeOrZero("expert_shared_count"),
            },
        };
    }
}
