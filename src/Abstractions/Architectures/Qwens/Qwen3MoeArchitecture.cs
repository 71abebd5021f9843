namespace ModelGen.Architectures;

/// <summary>"qwen3moe": as qwen3, with experts (Yang et al. 2025, Qwen3).</summary>
internal sealed class Qwen3MoeArchitecture : DecoderArchitecture
{
    public override string Name => "qwen3moe";

    /// <summary>What all of the family have in common.</summary>
    public static DecoderTraits TraitsOf(HeaderQuery header) => new()
    {
        HeadNorm = Presence.Required,
        Experts = new ExpertTraits
        {
            HiddenLength = header.SizeOrElse("expert_feed_forward_length", header.Size("feed_forward_length") / header.Size("expert_used_count")),
            Normalises = true,
        },
    };

    protected override DecoderTraits Describe(HeaderQuery header) => TraitsOf(header);
}
