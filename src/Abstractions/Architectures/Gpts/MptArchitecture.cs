namespace ModelGen.Architectures;

/// <summary>"mpt": LayerNorm, attention with linear biases or learned positions, queries, keys and values clamped, GELU (MosaicML 2023, MPT).</summary>
internal sealed class MptArchitecture : DecoderArchitecture
{
    public override string Name => "mpt";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = null,
        Norm = NormKind.Layer,
        NormBias = Presence.Optional,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Optional,
        FeedForwardBias = Presence.Optional,
        Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
        IsGated = false,
        Positions = Presence.Optional,
        MaxBias = header.RealOrZero("attention.max_alibi_bias"),
        Clamp = header.RealOrZero("attention.clamp_kqv"),
    };
}
