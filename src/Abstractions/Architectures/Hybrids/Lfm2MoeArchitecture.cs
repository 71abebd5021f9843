namespace ModelGen.Architectures;

/// <summary>"lfm2moe": as lfm2, with experts in all layers but the leading ones (Liquid AI 2025, LFM2-8B-A1B).</summary>
internal sealed class Lfm2MoeArchitecture : DecoderArchitecture
{
    public override string Name => "lfm2moe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int leading = header.SizeOrZero("leading_dense_block_count");
        return Lfm2Architecture.Traits with
        {
            Experts = new ExpertTraits
            {
                HasExperts = layer => layer >= leading,
                Gating = ExpertTraits.ReadGating(header, fallback: null),
                Normalises = true,
                SelectionBias = Presence.Required,
            },
        };
    }
}
