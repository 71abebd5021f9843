namespace ModelGen.Architectures;

/// <summary>
/// "cohere2moe": as cohere2, with leading layers without a window that are rotated, experts in all others, and half of their sum with a network that
/// every token takes (Cohere 2026, Command A+).
/// </summary>
internal sealed class Cohere2MoeArchitecture : DecoderArchitecture
{
    // Layers from one without a window to the next.
    private const int LayersOfPattern = 4;

    private const float HalfOfSum = 0.5f;

    public override string Name => "cohere2moe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        header.Size("attention.sliding_window");

        // Which ε is not 0 says which norm it is.
        bool isRootMeanSquare = header.RealOrZero("attention.layer_norm_rms_epsilon") > 0;
        header.Ignore("attention.layer_norm_epsilon");
        int leading = header.SizeOrZero("leading_dense_block_count");
        int hidden = header.Size("expert_feed_forward_length");
        int shared = header.SizeOrZero("expert_shared_count");
        bool[] hasWindow = header.PatternOfLayers(
            "attention.sliding_window_pattern", header.Size("block_count"), LayersOfPattern, isFirst: true);
        ExpertTraits experts = ExpertTraits.AsTheFileSays(header, GatingFunction.Sigmoid) with
        {
            SharedLength = shared == 0 ? 0 : header.SizeOrElse("expert_shared_feed_forward_length", hidden * shared),
        };
        return new DecoderTraits
        {
            Pairing = RotaryPairing.Adjacent,
            Rotates = layer => hasWindow[layer] || layer < leading,
            HasWindow = layer => hasWindow[layer],
            Norm = isRootMeanSquare ? NormKind.RootMeanSquare : NormKind.Layer,
            FeedForwardNorm = null,
            IsParallel = true,
            MayPredictAhead = true,
            LogitScale = header.Factor("logit_scale"),
            Experts = experts.WithSumScaled(HalfOfSum),
        };
    }
}
