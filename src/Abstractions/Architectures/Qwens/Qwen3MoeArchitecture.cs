namespace ModelGen.Architectures;

/// <summary>"qwen3moe": as qwen3, with experts (Yang et al. 2025, Qwen3).</summary>
internal sealed class Qwen3MoeArchitecture : DecoderArchitecture
{
    public override string Name => "qwen3moe";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        HeadNorm = Presence.Required,
        Experts = new ExpertTraits
        {
            HiddenLength = header.SizeOrElse("expert_feed_forward_length", header.Size("feed_forward_length") / header.Size("expert_used_count")),
            Normalises = true,
        },
    };
}
