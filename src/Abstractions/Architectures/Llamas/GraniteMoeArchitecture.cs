namespace ModelGen.Architectures;

/// <summary>"granitemoe": as granite, with experts, and with a network that every token takes in some models (IBM 2024, Granite 3 MoE).</summary>
internal sealed class GraniteMoeArchitecture : DecoderArchitecture
{
    public override string Name => "granitemoe";

    protected override DecoderTraits Describe(HeaderQuery header) => GraniteArchitecture.TraitsOf(header) with
    {
        Experts = new ExpertTraits
        {
            HiddenLength = header.Size("feed_forward_length"),
            Normalises = true,
            SharedLength = header.SizeOrZero("expert_shared_feed_forward_length"),
        },
    };
}
