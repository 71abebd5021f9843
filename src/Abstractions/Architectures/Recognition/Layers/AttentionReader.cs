using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Architectures;

/// <summary>Reads attentions.</summary>
internal sealed class AttentionReader(HeaderQuery header, DecoderTraits traits, DecoderShape shape, NormReader norms, bool hasWindowRotary)
    : IMixerReader
{
    private const string SharedLayers = "attention.shared_kv_layers";
    private const string BucketCount = "attention.relative_buckets_count";

    private readonly int _window = traits.FixedWindow ?? header.SizeOrZero("attention.sliding_window", traits.DefaultWindow);

    public MixerSpec Read(string prefix, int layer)
    {
        bool hasWindow = HasWindow(layer);
        int dimension = hasWindow ? shape.WindowHeadDimension : shape.HeadDimension;
        int keyValueHeads = shape.KeyValueHeads[layer];
        int heads = shape.Heads[layer];
        int queryRows = header.HeadRows("attention.head_count", heads, dimension);
        int keyValueRows = header.HeadRows("attention.head_count_kv", keyValueHeads, dimension);
        int? keysOf = KeysOf(layer);
        string fused = prefix + "attn_qkv";
        List<string> names = [prefix + "attn_q"];
        List<int> rows = [queryRows];
        if (keysOf is null || header.HasTensor(fused + ".weight"))
        {
            names.Add(prefix + "attn_k");
            rows.Add(keyValueRows);
            if (!traits.MayTakeKeysForValues || header.HasTensor(prefix + "attn_v.weight"))
            {
                names.Add(prefix + "attn_v");
                rows.Add(keyValueRows);
            }
        }

        bool gatesQueries = traits.Gate == AttentionGate.AmongQueries;
        int matrixRows = gatesQueries ? header.HeadRows("attention.head_count", 2 * heads, dimension) : queryRows;
        TensorSpec[] weights = header.Parts(fused, [.. names], shape.Embedding, [matrixRows, .. rows.Skip(1)]);
        TensorSpec?[] biases = header.Biases(fused, [.. names], [.. rows], traits.ProjectionBias);
        (string queryNorm, string keyNorm) = (prefix + "attn_q_norm", prefix + "attn_k_norm");
        bool hasHeadNorms = (traits.HeadNorm == Presence.Required && traits.NormsHeads(layer))
            || (traits.HeadNorm == Presence.Optional && (header.HasTensor(queryNorm + ".weight") || header.HasTensor(keyNorm + ".weight")));
        if (keysOf is not null)
        {
            // Some files have them all the same.
            header.IgnoreTensors(prefix + "attn_k");
            header.IgnoreTensors(prefix + "attn_v");
        }

        return new AttentionSpec(
            Heads: new HeadShape(heads, keyValueHeads, dimension),
            Query: gatesQueries ? QueryOrGate(weights[0], heads, dimension, isGate: false) : weights[0],
            Key: Own(weights, 1),
            Value: Own(weights, 2),
            QueryBias: biases[0],
            KeyBias: Own(biases, 1),
            ValueBias: Own(biases, 2),
            QueryNorm: hasHeadNorms ? HeadNorm(queryNorm, heads, dimension) : null,
            KeyNorm: hasHeadNorms && keysOf is null ? HeadNorm(keyNorm, keyValueHeads, dimension) : null,
            NormExtent: traits.HeadNormExtent,
            NormsAfterRotation: traits.NormsHeadsAfterRotation,
            Rotary: traits.Pairing is null || !traits.Rotates(layer) ? null : hasWindow && hasWindowRotary ? 1 : 0,
            Window: hasWindow ? _window : 0,
            IsChunked: hasWindow && traits.HasChunks,
            Sinks: header.Vector(prefix + "attn_sinks.weight", heads, traits.Sinks),
            Output: header.Matrix(prefix + traits.AttentionOutput + ".weight", queryRows, shape.Embedding),
            OutputBias: header.Vector(prefix + traits.AttentionOutput + ".bias", shape.Embedding, traits.OutputBias))
        {
            OutputGate = gatesQueries ? QueryOrGate(weights[0], heads, dimension, isGate: true)
                : traits.Gate == AttentionGate.OwnMatrix ? header.Matrix(prefix + "attn_gate.weight", shape.Embedding, queryRows)
                : null,
            OutputNorm = traits.HeadOutputNorm is string outputNorm ? norms.Norm(prefix + outputNorm, queryRows) : null,
            KeysOf = keysOf,
            SeesAll = traits.IsEncoder,
            DistanceBias = traits.HasDistanceBias ? DistanceBias(prefix, heads) : null,
            ValueNorm = traits.HasValueNorm && keysOf is null ? new NormSpec(NormKind.RootMeanSquare, norms.Epsilon, Weight: null, Bias: null) : null,
        };

        TensorSpec? Own(TensorSpec?[] parts, int index) => keysOf is null && index < parts.Length ? parts[index] : null;
    }

    private bool HasWindow(int layer) => _window > 0 && traits.HasWindow(layer);

    /// <summary>A layer without a table of its own has the first one's.</summary>
    private DistanceBiasSpec DistanceBias(string prefix, int heads)
    {
        const string Suffix = "attn_rel_b.weight";
        int buckets = header.Size(BucketCount);
        if (!DistanceBiasSpec.MayHave(buckets))
        {
            header.Refuse(BucketCount, $"is {buckets}; it must be a multiple of 4, and {DistanceBiasSpec.MostBuckets} at most");
            buckets = DistanceBiasSpec.MostBuckets;
        }

        string name = header.HasTensor(prefix + Suffix) ? prefix + Suffix : traits.LayerPrefix + "0." + Suffix;
        return new DistanceBiasSpec(header.Vector(name, heads * buckets, [heads, buckets]), buckets);
    }

    /// <summary>Of each head the rows of its query stand before those of its gate.</summary>
    private static TensorSpec QueryOrGate(TensorSpec both, int heads, int dimension, bool isGate) =>
        both.RunsOfRows(isGate ? dimension : 0, dimension, 2 * dimension, heads);

    /// <summary>The layer whose keys and values a layer reads; null: its own.</summary>
    private int? KeysOf(int layer)
    {
        if (traits.LayersWithKeys is not int own || layer < own)
        {
            return null;
        }

        int source = own - (HasWindow(layer) ? 2 : 1);
        if (source < 0 || HasWindow(source) != HasWindow(layer) || shape.KeyValueHeads[source] != shape.KeyValueHeads[layer])
        {
            header.Refuse(SharedLayers, $"leaves {own} layers with keys and values, of which none has those that layer {layer} reads");
            return null;
        }

        return source;
    }

    private NormSpec HeadNorm(string name, int heads, int dimension)
    {
        int length = traits.HeadNormExtent == HeadNormExtent.Head ? dimension : heads * dimension;
        long[] dimensions = traits.HeadNormExtent == HeadNormExtent.OwnHead ? [dimension, heads] : [length];
        TensorSpec? weight = traits.HasHeadNormWeights ? header.Vector(name + ".weight", length, dimensions) : null;
        return new NormSpec(traits.HeadNormKind, norms.Epsilon, weight, header.Vector(name + ".bias", length, traits.HeadNormBias));
    }
}
