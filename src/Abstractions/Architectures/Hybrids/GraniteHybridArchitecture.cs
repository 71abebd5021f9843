namespace ModelGen.Architectures;

/// <summary>
/// "granitehybrid": as granite, with state spaces as Mamba 2 has them in most layers, and experts in some models (IBM 2025, Granite 4).
/// </summary>
internal sealed class GraniteHybridArchitecture : DecoderArchitecture
{
    public override string Name => "granitehybrid";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        bool hasExperts = header.SizeOrZero("expert_count") > 0;
        int shared = header.SizeOrZero("expert_shared_feed_forward_length");
        return GraniteArchitecture.TraitsOf(header) with
        {
            Recurrent = (query, shape) => Mamba2Architecture.ReaderOf(query, shape),
            Experts = hasExperts
                ? new ExpertTraits { HiddenLength = header.Size("feed_forward_length"), Normalises = true, SharedLength = shared }
                : null,
        };
    }
}
