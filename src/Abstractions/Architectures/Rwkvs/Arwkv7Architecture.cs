namespace ModelGen.Architectures;

/// <summary>
/// "arwkv7": a decoder of RMSNorm and networks gated by SiLU whose attention became the time mixing of RWKV-7, with or without a gate and a norm of its heads
/// (Yueyu et al. 2025, ARWKV).
/// </summary>
internal sealed class Arwkv7Architecture : DecoderArchitecture
{
    public override string Name => "arwkv7";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        HasAttention = false,
        Pairing = null,
        MayTieOutput = false,
        Recurrent = (query, shape) => new GooseReader(query, shape.Embedding, Presence.Optional),
    };
}
