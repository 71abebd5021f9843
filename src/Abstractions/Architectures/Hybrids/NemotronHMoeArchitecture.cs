namespace ModelGen.Architectures;

/// <summary>"nemotron_h_moe": as nemotron_h, with experts in place of the networks (NVIDIA 2025, Nemotron 3).</summary>
internal sealed class NemotronHMoeArchitecture : DecoderArchitecture
{
    public override string Name => "nemotron_h_moe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        NemotronHArchitecture.IgnoreOtherEpsilon(header);
        header.Ignore("expert_shared_count");
        return NemotronHArchitecture.Traits with
        {
            Experts = new ExpertTraits
            {
                Gating = GatingFunction.Sigmoid,
                Normalises = header.Flag("expert_weights_norm", fallback: false),
                Scale = header.Factor("expert_weights_scale", 1f),
                SelectionBias = Presence.Required,
                SharedLength = header.Size("expert_shared_feed_forward_length"),
            },
        };
    }
}
