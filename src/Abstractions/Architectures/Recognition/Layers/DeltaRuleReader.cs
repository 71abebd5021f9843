using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>Reads gated delta rules (<see cref="DeltaRuleSpec"/>).</summary>
/// <param name="header">The file's header.</param>
/// <param name="shape">The decoder's sizes.</param>
/// <param name="hasGroups">
/// Whether what belongs to a key head stands together: its value heads, and in ssm_ba, and in ssm_in of older files, the rows of all of them.
/// </param>
internal sealed class DeltaRuleReader(HeaderQuery header, DecoderShape shape, bool hasGroups) : IMixerReader
{
    private const string ValueHeadsKey = "ssm.time_step_rank";
    private const string DimensionKey = "ssm.state_size";
    private const string InnerKey = "ssm.inner_size";

    private readonly DeltaRuleHeads _heads = ReadHeads(header, hasGroups);
    private readonly int _taps = StateSpaceReader.ReadTaps(header);
    private readonly float _epsilon = header.Real("attention.layer_norm_rms_epsilon");

    public MixerSpec Read(string prefix, int layer)
    {
        (TensorSpec query, TensorSpec key, TensorSpec value, TensorSpec gate) = Projections(prefix);
        (TensorSpec beta, TensorSpec decay) = Gates(prefix);
        return new DeltaRuleSpec(
            _heads,
            _taps,
            query,
            key,
            value,
            gate,
            beta,
            decay,
            new[] { header.Vector(prefix + "ssm_conv1d.weight", _taps * _heads.Channels, [_taps, _heads.Channels]) }.ToEquatableArray(),
            header.Vector(prefix + "ssm_dt.bias", _heads.Values),
            header.Vector(prefix + "ssm_a", _heads.Values),
            new NormSpec(NormKind.RootMeanSquare, _epsilon, header.Vector(prefix + "ssm_norm.weight", _heads.ValueDimension), Bias: null),
            _epsilon,
            header.Matrix(prefix + "ssm_out.weight", _heads.ValueLength, shape.Embedding));
    }

    private (TensorSpec Query, TensorSpec Key, TensorSpec Value, TensorSpec Gate) Projections(string prefix)
    {
        (int keys, int dimension) = (_heads.KeyLength, _heads.KeyDimension);
        string packed = prefix + "ssm_in.weight";
        if (!hasGroups || header.HasTensor(prefix + "attn_qkv.weight") || !header.HasTensor(packed))
        {
            TensorSpec all = header.Matrix(prefix + "attn_qkv.weight", shape.Embedding, _heads.Channels);
            return (
                all with { Rows = keys },
                all with { Rows = keys, First = (long)keys * shape.Embedding },
                all with { Rows = _heads.ValueLength, First = 2L * keys * shape.Embedding },
                header.Matrix(prefix + "attn_gate.weight", shape.Embedding, _heads.ValueLength));
        }

        // Of each key head its query, its key, the values and the gates of its value heads.
        int values = _heads.GroupSize * _heads.ValueDimension;
        int pitch = 2 * dimension + 2 * values;
        TensorSpec whole = header.Matrix(packed, shape.Embedding, _heads.Keys * pitch);
        return (
            whole.RunsOfRows(0, dimension, pitch, _heads.Keys),
            whole.RunsOfRows(dimension, dimension, pitch, _heads.Keys),
            whole.RunsOfRows(2 * dimension, values, pitch, _heads.Keys),
            whole.RunsOfRows(2 * dimension + values, values, pitch, _heads.Keys));
    }

    private (TensorSpec Beta, TensorSpec Decay) Gates(string prefix)
    {
        if (!hasGroups)
        {
            return (
                header.Matrix(prefix + "ssm_beta.weight", shape.Embedding, _heads.Values),
                header.Matrix(prefix + "ssm_alpha.weight", shape.Embedding, _heads.Values));
        }

        TensorSpec both = header.Matrix(prefix + "ssm_ba.weight", shape.Embedding, 2 * _heads.Values);
        int group = _heads.GroupSize;
        return (both.RunsOfRows(0, group, 2 * group, _heads.Keys), both.RunsOfRows(group, group, 2 * group, _heads.Keys));
    }

    private static DeltaRuleHeads ReadHeads(HeaderQuery header, bool hasGroups)
    {
        int dimension = header.Size(DimensionKey);
        int keys = header.Size("ssm.group_count");
        int values = header.Size(ValueHeadsKey);
        bool isWhole = IsDimension(header, DimensionKey, dimension);
        if (values % keys != 0)
        {
            header.Refuse(ValueHeadsKey, $"is {values}, which ssm.group_count = {keys} does not divide");
        }

        if (!isWhole || values % keys != 0)
        {
            header.Ignore(InnerKey);
            return new DeltaRuleHeads(1, 1, DeltaRuleSpec.DimensionMultiple, DeltaRuleSpec.DimensionMultiple, hasGroups);
        }

        header.OnlySize(InnerKey, header.HeadRows(ValueHeadsKey, values, dimension), fallback: 0, "the floats of all value heads");
        return new DeltaRuleHeads(keys, values, dimension, dimension, hasGroups);
    }

    /// <summary>Whether heads may have so many floats; if not, their setting is refused.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="key">The setting.</param>
    /// <param name="dimension">Floats of a head.</param>
    public static bool IsDimension(HeaderQuery header, string key, int dimension)
    {
        if (dimension % DeltaRuleSpec.DimensionMultiple == 0 && dimension <= DeltaRuleSpec.LargestDimension)
        {
            return true;
        }

        header.Refuse(
            key,
            $"is {dimension}; heads of a delta rule have a multiple of {DeltaRuleSpec.DimensionMultiple} floats, {DeltaRuleSpec.LargestDimension} at most");
        return false;
    }
}
