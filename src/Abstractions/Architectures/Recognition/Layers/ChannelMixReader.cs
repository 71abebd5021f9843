namespace ModelGen.Architectures;

/// <summary>Reads the channel mixing of RWKV (<see cref="ChannelMixSpec"/>).</summary>
/// <param name="header">The file's header.</param>
/// <param name="shape">The decoder's sizes.</param>
/// <param name="hasReceptance">Whether it is multiplied with σ of a product.</param>
internal sealed class ChannelMixReader(HeaderQuery header, DecoderShape shape, bool hasReceptance) : INetworkReader
{
    public NetworkSpec Read(string prefix, int layer)
    {
        int embedding = shape.Embedding;
        int hidden = shape.Hidden[layer];
        string name = prefix + "channel_mix_";
        return new ChannelMixSpec(
            header.Vector(name + "lerp_k.weight", embedding),
            new FeedForwardSpec(
                new ActivationSpec(ActivationFunction.SquaredRelu),
                Gate: null,
                header.Matrix(name + "key.weight", embedding, hidden),
                header.Matrix(name + "value.weight", hidden, embedding),
                GateBias: null,
                UpBias: null,
                DownBias: null),
            hasReceptance ? header.Shifted(name + "receptance", embedding, header.Vector(name + "lerp_r.weight", embedding)) : null);
    }
}
