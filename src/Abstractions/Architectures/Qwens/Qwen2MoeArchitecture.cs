namespace ModelGen.Architectures;

/// <summary>"qwen2moe": as qwen2, with experts, and beside them a network that every token takes, behind a gate (Yang et al. 2024, Qwen2).</summary>
internal sealed class Qwen2MoeArchitecture : DecoderArchitecture
{
    public override string Name => "qwen2moe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int hidden = header.Size("feed_forward_length");
        return new DecoderTraits
        {
            ProjectionBias = Presence.Optional,
            MayTieOutput = false,
            Experts = new ExpertTraits
            {
                HiddenLength = header.SizeOrElse("expert_feed_forward_length", hidden / header.Size("expert_used_count")),
                SharedLength = header.SizeOrElse("expert_shared_feed_forward_length", hidden),
                GatesShared = true,
            },
        };
    }
}
