using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>
/// Reads delta rules whose keys decay element by element, as Kimi Delta Attention has them (Kimi Team 2025, Kimi Linear): as many heads of keys as of
/// values, filters of queries, keys and values apart, decays and gates each a product of two matrices, and the gate is σ.
/// </summary>
internal sealed class KimiDeltaReader(HeaderQuery header, DecoderShape shape) : IMixerReader
{
    private readonly DeltaRuleHeads _heads = ReadHeads(header, shape);
    private readonly int _taps = StateSpaceReader.ReadTaps(header);
    private readonly float _epsilon = header.Real("attention.layer_norm_rms_epsilon");

    public MixerSpec Read(string prefix, int layer)
    {
        int dimension = _heads.KeyDimension;
        int rows = _heads.KeyLength;
        return new DeltaRuleSpec(
            _heads,
            _taps,
            Query: header.Matrix(prefix + "attn_q.weight", shape.Embedding, rows),
            Key: header.Matrix(prefix + "attn_k.weight", shape.Embedding, rows),
            Value: header.Matrix(prefix + "attn_v.weight", shape.Embedding, rows),
            OutputGate: header.Matrix(prefix + "ssm_g_b.weight", dimension, rows),
            Beta: header.Matrix(prefix + "ssm_beta.weight", shape.Embedding, _heads.Values),
            Decay: header.Matrix(prefix + "ssm_f_b.weight", dimension, rows),
            Filter: new[] { "q", "k", "v" }
                .Select(name => header.Vector($"{prefix}ssm_conv1d_{name}.weight", _taps * rows, [_taps, 1, rows])).ToEquatableArray(),
            DecayBias: header.Vector(prefix + "ssm_dt.bias", rows),
            DecayRate: header.Vector(prefix + "ssm_a", _heads.Values, [1, _heads.Values]),
            Norm: new NormSpec(NormKind.RootMeanSquare, _epsilon, header.Vector(prefix + "ssm_norm.weight", dimension), Bias: null),
            _epsilon,
            Output: header.Matrix(prefix + "attn_output.weight", rows, shape.Embedding))
        {
            OutputGateDown = header.Matrix(prefix + "ssm_g_a.weight", shape.Embedding, dimension),
            DecayDown = header.Matrix(prefix + "ssm_f_a.weight", shape.Embedding, dimension),
            GatesBySigmoid = true,
        };
    }

    private static DeltaRuleHeads ReadHeads(HeaderQuery header, DecoderShape shape)
    {
        const string Key = "kda.head_dim";
        int dimension = header.Size(Key);
        if (!DeltaRuleReader.IsDimension(header, Key, dimension))
        {
            dimension = DeltaRuleSpec.DimensionMultiple;
        }

        int heads = shape.Heads.FirstOrDefault();
        header.HeadRows("attention.head_count", heads, dimension);
        return new DeltaRuleHeads(heads, heads, dimension, dimension, AreNeighbours: true, DecaysElements: true);
    }
}
