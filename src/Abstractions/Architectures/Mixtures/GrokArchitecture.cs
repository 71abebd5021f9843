using System;

namespace ModelGen.Architectures;

/// <summary>
/// "grok": norms before and behind both branches, bounds on scores and logits, factors of embedding, scores and logits, experts with GELU, and in the
/// newer model a network that every token takes, whose sum with them is scaled (xAI 2024, Grok-1; 2025, Grok-2).
/// </summary>
internal sealed class GrokArchitecture : DecoderArchitecture
{
    // Of files of Grok-1, which do not say them.
    private const float DefaultEmbeddingScale = 78.38367176906169f;
    private const float DefaultScoreScale = 0.08838834764831845f;
    private const float DefaultScoreSoftCap = 30f;
    private const float DefaultLogitScale = 0.5773502691896257f;
    private const float DefaultBetaFast = 8f;

    public override string Name => "grok";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // Neither has a part in what llama.cpp computes.
        header.Ignore("router_logit_softcapping", "attention.temperature_length");
        int hidden = header.Size("feed_forward_length");
        bool hasShared = header.HasTensor("blk.0.ffn_up.weight");
        ExpertTraits experts = new() { Normalises = true, SharedLength = hasShared ? hidden : 0, SharedSuffix = "" };
        return new DecoderTraits
        {
            YarnRamp = YarnSpec.OfPaper with { BetaFast = DefaultBetaFast },
            AttentionPostNorm = "attn_output_norm",
            FeedForwardPostNorm = header.HasTensor("blk.0.layer_output_norm.weight") ? "layer_output_norm" : "post_ffw_norm",
            Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
            EmbeddingScale = header.Factor("embedding_scale", DefaultEmbeddingScale),
            ScoreScale = header.Real("attention.output_scale", DefaultScoreScale),
            ScoreSoftCap = header.Real("attn_logit_softcapping", DefaultScoreSoftCap),
            LogitScale = header.Real("logit_scale", DefaultLogitScale),
            LogitSoftCap = header.RealOrZero("final_logit_softcapping"),
            Experts = experts.WithSumScaled((float)Math.Sqrt(0.5)),
        };
    }
}
