namespace ModelGen.Architectures;

/// <summary>"olmoe": as llama, with norms over all query and all key heads, and experts (Muennighoff et al. 2024, OLMoE).</summary>
internal sealed class OlmoeArchitecture : DecoderArchitecture
{
    public override string Name => "olmoe";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        HeadNorm = Presence.Required,
        HeadNormExtent = HeadNormExtent.AllHeads,
        MayTieOutput = false,
        Experts = new ExpertTraits { HiddenLength = header.Size("feed_forward_length") },
    };
}
