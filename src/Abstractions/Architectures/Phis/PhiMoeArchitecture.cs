namespace ModelGen.Architectures;

/// <summary>"phimoe": as phi3, with biases of norms, projections and logits, and experts (Abdin et al. 2024, Phi-3.5-MoE).</summary>
internal sealed class PhiMoeArchitecture : DecoderArchitecture
{
    public override string Name => "phimoe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // The sliding window that files of Phi name is not what the models compute with.
        header.Ignore("attention.sliding_window");
        return new DecoderTraits
        {
            MayStretchRotation = true,
            NormBias = Presence.Required,
            ProjectionBias = Presence.Optional,
            OutputBias = Presence.Required,
            LogitBias = Presence.Required,
            MayTieOutput = false,
            Experts = new ExpertTraits { HiddenLength = header.Size("feed_forward_length"), Normalises = true },
        };
    }
}
