namespace ModelGen.Architectures;

/// <summary>
/// "exaone-moe": norms of query and key heads; three of four layers have a window and a rotation, the fourth neither; experts in all layers but the
/// leading ones, chosen with a bias, and beside them a network that every token takes (LG AI Research 2025, K-EXAONE).
/// </summary>
internal sealed class ExaoneMoeArchitecture : DecoderArchitecture
{
    // Layers from one without a window to the next.
    private const int LayersOfPattern = 4;

    public override string Name => "exaone-moe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", header.Size("block_count"), LayersOfPattern);
        int hidden = header.Size("expert_feed_forward_length");

        // The length of what all tokens take says it all.
        header.Ignore("expert_shared_count");
        return new DecoderTraits
        {
            Rotates = layer => hasWindow[layer],
            HasWindow = layer => hasWindow[layer],
            MayStretchRotation = true,
            HeadNorm = Presence.Required,
            MayPredictAhead = true,
            Experts = ExpertTraits.AsTheFileSays(header, gating: null) with
            {
                SelectionBias = Presence.Optional,
                SharedLength = header.SizeOrElse("expert_shared_feed_forward_length", hidden),
            },
        };
    }
}
