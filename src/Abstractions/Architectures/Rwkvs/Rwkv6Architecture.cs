namespace ModelGen.Architectures;

/// <summary>
/// "rwkv6": as rwkv7, with mixtures of tokens that depend on them, and channel mixing behind a gate (Peng et al. 2024, RWKV-6 "Finch").
/// </summary>
internal sealed class Rwkv6Architecture : DecoderArchitecture
{
    public override string Name => "rwkv6";

    protected override DecoderTraits Describe(HeaderQuery header) => Rwkv7Architecture.WithChannelMix with
    {
        Recurrent = (query, shape) => new FinchReader(query, shape.Embedding),
        Network = (query, shape) => new ChannelMixReader(query, shape, hasReceptance: true),
        HalvedEvery = header.SizeOrZero("rescale_every_n_layers"),
    };
}
