namespace ModelGen.Architectures;

/// <summary>
/// "glm4moe": as llama, with biases on queries, keys and values, norms of their heads in some models, experts in all layers but the leading ones,
/// chosen with a bias, and beside them a network that every token takes (GLM team 2025, GLM-4.5).
/// </summary>
internal sealed class Glm4MoeArchitecture : DecoderArchitecture
{
    public override string Name => "glm4moe";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        ProjectionBias = Presence.Optional,
        HeadNorm = Presence.Optional,
        FeedForwardNorm = "post_attention_norm",
        MayPredictAhead = true,
        Experts = ExpertTraits.AsTheFileSays(header, GatingFunction.Sigmoid) with
        {
            SelectionBias = Presence.Required,
            SharedLength = header.Size("expert_feed_forward_length") * header.SizeOrZero("expert_shared_count"),
        },
    };
}
