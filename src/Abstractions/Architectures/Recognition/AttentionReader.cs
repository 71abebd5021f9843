namespace ModelGen.Architectures;

/// <summary>Reads attentions.</summary>
internal sealed class AttentionReader(HeaderQuery header, DecoderTraits traits, DecoderShape shape, NormReader norms, bool hasWindowRotary)
    : IMixerReader
{
    private readonly int _queryRows = header.HeadRows("attention.head_count", shape.Heads, shape.HeadDimension);
    private readonly int _window = traits.FixedWindow ?? header.SizeOrZero("attention.sliding_window", traits.DefaultWindow);

    public MixerSpec Read(string prefix, int layer)
    {
        int keyValueHeads = shape.KeyValueHeads[layer];
        int keyValueRows = header.HeadRows("attention.head_count_kv", keyValueHeads, shape.HeadDimension);
        int[] rows = [_queryRows, keyValueRows, keyValueRows];
        int[] matrixRows = [traits.GatesAttention ? header.HeadRows("attention.head_count", 2 * shape.Heads, shape.HeadDimension) : _queryRows, keyValueRows, keyValueRows];
        TensorSpec[] weights = header.Parts(prefix + "attn_qkv", [prefix + "attn_q", prefix + "attn_k", prefix + "attn_v"], shape.Embedding, matrixRows);
        TensorSpec?[] biases = header.Biases(
            prefix + "attn_qkv", [prefix + "attn_q", prefix + "attn_k", prefix + "attn_v"], rows, traits.ProjectionBias);
        bool hasWindow = _window > 0 && traits.HasWindow(layer);
        (string queryNorm, string keyNorm) = (prefix + "attn_q_norm", prefix + "attn_k_norm");
        bool hasHeadNorms = (traits.HeadNorm == Presence.Required && traits.NormsHeads(layer))
            || (traits.HeadNorm == Presence.Optional && (header.HasTensor(queryNorm + ".weight") || header.HasTensor(keyNorm + ".weight")));
        return new AttentionSpec(
            Heads: new HeadShape(shape.Heads, keyValueHeads, shape.HeadDimension),
            Query: traits.GatesAttention ? QueryOrGate(weights[0], isGate: false) : weights[0],
            Key: weights[1],
            Value: weights[2],
            QueryBias: biases[0],
            KeyBias: biases[1],
            ValueBias: biases[2],
            QueryNorm: hasHeadNorms ? HeadNorm(queryNorm, shape.Heads) : null,
            KeyNorm: hasHeadNorms ? HeadNorm(keyNorm, keyValueHeads) : null,
            NormExtent: traits.HeadNormExtent,
            NormsAfterRotation: traits.NormsHeadsAfterRotation,
            Rotary: traits.Pairing is null || !traits.Rotates(layer) ? null : hasWindow && hasWindowRotary ? 1 : 0,
            Window: hasWindow ? _window : 0,
            IsChunked: hasWindow && traits.HasChunks,
            Sinks: header.Vector(prefix + "attn_sinks.weight", shape.Heads, traits.Sinks),
            Output: header.Matrix(prefix + "attn_output.weight", _queryRows, shape.Embedding),
            OutputBias: header.Vector(prefix + "attn_output.bias", shape.Embedding, traits.OutputBias))
        {
            OutputGate = traits.GatesAttention ? QueryOrGate(weights[0], isGate: true) : null,
        };
    }

    /// <summary>Of each head the rows of its query stand before those of its gate.</summary>
    private TensorSpec QueryOrGate(TensorSpec both, bool isGate) =>
        both.RunsOfRows(isGate ? shape.HeadDimension : 0, shape.HeadDimension, 2 * shape.HeadDimension, shape.Heads);

    private NormSpec HeadNorm(string name, int heads)
    {
        int length = traits.HeadNormExtent == HeadNormExtent.Head ? shape.HeadDimension : heads * shape.HeadDimension;
        long[] dimensions = traits.HeadNormExtent == HeadNormExtent.OwnHead ? [shape.HeadDimension, heads] : [length];
        TensorSpec? weight = traits.HasHeadNormWeights ? header.Vector(name + ".weight", length, dimensions) : null;
        return new NormSpec(traits.HeadNormKind, norms.Epsilon, weight, Bias: null);
    }
}
