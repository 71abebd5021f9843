namespace ModelGen.Architectures;

/// <summary>
/// "ernie4_5-moe": as ernie4_5, with experts in every n-th layer behind the leading ones, and a network that every token takes beside them
/// (Baidu 2025, ERNIE 4.5).
/// </summary>
internal sealed class Ernie45MoeArchitecture : DecoderArchitecture
{
    public override string Name => "ernie4_5-moe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int leading = header.SizeOrZero("leading_dense_block_count");
        int step = header.Size("interleave_moe_layer_step");
        header.Ignore("expert_shared_count");
        return Ernie45Architecture.Traits with
        {
            Experts = new ExpertTraits
            {
                HasExperts = layer => layer >= leading && (layer + 1) % step == 0,
                Normalises = true,
                SelectionBias = Presence.Optional,
                SharedLength = header.SizeOrZero("expert_shared_feed_forward_length"),
            },
        };
    }
}
