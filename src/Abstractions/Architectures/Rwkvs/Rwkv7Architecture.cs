namespace ModelGen.Architectures;

/// <summary>"rwkv7": time mixing whose state is a matrix a head, and channel mixing, without attention (Peng et al. 2025, RWKV-7 "Goose").</summary>
internal sealed class Rwkv7Architecture : DecoderArchitecture
{
    public override string Name => "rwkv7";

    /// <summary>What all models of time and channel mixing have in common.</summary>
    public static DecoderTraits WithChannelMix { get; } = new()
    {
        HasAttention = false,
        Pairing = null,
        Norm = NormKind.Layer,
        NormBias = Presence.Required,
        HasEmbeddingNorm = true,
        FeedForwardNorm = "attn_norm_2",
        MayTieOutput = false,
    };

    protected override DecoderTraits Describe(HeaderQuery header) => WithChannelMix with
    {
        Recurrent = (query, shape) => new GooseReader(query, shape.Embedding, Presence.Required),
        Network = (query, shape) => new ChannelMixReader(query, shape, hasReceptance: false),
    };
}
