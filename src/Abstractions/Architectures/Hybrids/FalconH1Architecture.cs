namespace ModelGen.Architectures;

/// <summary>
/// "falcon-h1": in each layer a state space as Mamba 2 has it and an attention, side by side behind one norm (Zuo et al. 2025, Falcon-H1). The
/// multipliers of its branches are a part of the file's weights.
/// </summary>
internal sealed class FalconH1Architecture : DecoderArchitecture
{
    public override string Name => "falcon-h1";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Form = BlockForm.BothMixersAndNetwork,
        Recurrent = (query, shape) => Mamba2Architecture.ReaderOf(query, shape, norm: Presence.Optional),
        IsRecurrent = _ => true,
        HasBareFeedForwardNorm = true,
        ProjectionBias = Presence.Optional,
        FeedForwardBias = Presence.Optional,
    };
}
