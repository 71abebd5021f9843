namespace ModelGen.Architectures;

/// <summary>"minimax-m2": norms over all query and all key heads, a rotation of a part of each head, experts chosen with a bias (MiniMax 2025, M2).</summary>
internal sealed class MiniMaxM2Architecture : DecoderArchitecture
{
    public override string Name => "minimax-m2";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // Experts are as long as the key of networks says that all tokens take.
        header.Ignore("expert_feed_forward_length");
        return new DecoderTraits
        {
            HeadNorm = Presence.Required,
            HeadNormExtent = HeadNormExtent.AllHeads,
            MayTieOutput = false,
            Experts = new ExpertTraits
            {
                HiddenLength = header.Size("feed_forward_length"),
                Gating = ExpertTraits.ReadGating(header, fallback: null),
                Normalises = true,
                SelectionBias = Presence.Required,
            },
        };
    }
}
