namespace ModelGen.Architectures;

/// <summary>"bailingmoe": as llama, with experts, and beside them a network that every token takes (Ling team 2025, Ling).</summary>
internal sealed class BailingMoeArchitecture : DecoderArchitecture
{
    public override string Name => "bailingmoe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // Every layer has experts, whatever the file says of leading ones.
        header.Ignore("leading_dense_block_count");
        return new DecoderTraits
        {
            Pairing = RotaryPairing.Adjacent,
            MayStretchRotation = true,
            MayTieOutput = false,
            Experts = new ExpertTraits
            {
                Normalises = header.Flag("expert_weights_norm", fallback: false),
                Scale = header.Factor("expert_weights_scale", 1f),
                SharedLength = header.Size("expert_feed_forward_length") * header.Size("expert_shared_count"),
            },
        };
    }
}
