namespace ModelGen.Architectures;

/// <summary>"glm4": as chatglm, with norms behind each branch too (GLM team 2025, GLM-4-0414).</summary>
internal sealed class Glm4Architecture : DecoderArchitecture
{
    public override string Name => "glm4";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        ProjectionBias = Presence.Optional,
        AttentionPostNorm = "post_attention_norm",
        FeedForwardPostNorm = "post_ffw_norm",
    };
}
