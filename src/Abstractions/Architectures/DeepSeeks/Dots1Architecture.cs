namespace ModelGen.Architectures;

/// <summary>
/// "dots1": as qwen3, with experts in all layers but the leading ones, chosen with a bias, and beside them a network that every token takes
/// (Huo et al. 2025, dots.llm1).
/// </summary>
internal sealed class Dots1Architecture : DecoderArchitecture
{
    public override string Name => "dots1";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        HeadNorm = Presence.Required,
        MayTieOutput = false,
        Experts = ExpertTraits.AsTheFileSays(header, gating: null) with
        {
            SelectionBias = Presence.Optional,
            SharedLength = header.Size("expert_feed_forward_length") * header.Size("expert_shared_count"),
        },
    };
}
