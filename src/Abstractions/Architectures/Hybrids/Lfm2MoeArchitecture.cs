namespace ModelGen.Architectures;

/// <summary>"lfm2moe": as lfm2, with experts in all layers but the leading ones (Liquid AI 2025, LFM2-8B-A1B).</summary>
internal sealed class Lfm2MoeArchitecture : DecoderArchitecture
{
    public override string Name => "lfm2moe";

    protected override DecoderTraits Describe(HeaderQuery header) => Lfm2Architecture.Traits with
    {
        Experts = ExpertTraits.BehindLeading(header) with
        {
            Gating = ExpertTraits.ReadGating(header, fallback: null),
            Normalises = true,
            SelectionBias = Presence.Required,
        },
    };
}
