namespace ModelGen.Architectures;

/// <summary>"hunyuan-moe": as hunyuan-dense, with experts and a network that every token takes beside them (Tencent 2025, Hunyuan-A13B).</summary>
internal sealed class HunyuanMoeArchitecture : DecoderArchitecture
{
    public override string Name => "hunyuan-moe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // Experts are as long as the key of networks says that all tokens take.
        int hidden = header.Size("feed_forward_length");
        header.Ignore("expert_feed_forward_length", "expert_shared_count");
        return HunyuanDenseArchitecture.Traits with
        {
            Experts = new ExpertTraits
            {
                HiddenLength = hidden,
                Normalises = true,
                SharedLength = header.SizeOrElse("expert_shared_feed_forward_length", hidden),
            },
        };
    }
}
