namespace ModelGen.Architectures;

/// <summary>"seed_oss": as llama, with biases on queries, keys and values, and rotary embedding of halves (ByteDance 2025, Seed-OSS).</summary>
internal sealed class SeedOssArchitecture : DecoderArchitecture
{
    public override string Name => "seed_oss";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        ProjectionBias = Presence.Optional,
        FeedForwardNorm = "post_attention_norm",
    };
}
