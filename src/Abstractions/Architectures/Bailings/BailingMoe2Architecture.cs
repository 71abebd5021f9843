namespace ModelGen.Architectures;

/// <summary>
/// "bailingmoe2": norms of query and key heads, experts in all layers but the leading ones, chosen by groups and with a bias, and beside them a
/// network that every token takes (Ling team 2025, Ling 2).
/// </summary>
internal sealed class BailingMoe2Architecture : DecoderArchitecture
{
    public override string Name => "bailingmoe2";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int hidden = header.Size("expert_feed_forward_length");
        return new DecoderTraits
        {
            HeadNorm = Presence.Required,
            MayTieOutput = false,
            MayPredictAhead = true,
            Experts = ExpertTraits.AsTheFileSays(header, gating: null) with
            {
                SelectionBias = Presence.Optional,
                SharedLength = header.SizeOrElse("expert_shared_feed_forward_length", hidden) * header.Size("expert_shared_count"),
            },
        };
    }
}
