namespace ModelGen.Architectures;

/// <summary>
/// Reads selective state spaces without heads, as the first Mamba has them (Gu and Dao 2023): B, C and steps follow from the convolved input, and
/// each channel has a decay for each float of its state.
/// </summary>
/// <param name="header">The file's header.</param>
/// <param name="embedding">Floats of x.</param>
/// <param name="epsilon">ε of norms.</param>
/// <param name="norms">
/// Norms of what the steps follow from, of B and of C: with weights, without, which Falcon Mamba has, or none.
/// </param>
internal sealed class SelectiveReader(HeaderQuery header, int embedding, float epsilon, SelectionNorms norms) : IMixerReader
{
    private readonly int _taps = StateSpaceReader.ReadTaps(header);
    private readonly StateSpaceShape _shape = StateSpaceReader.ReadShape(header, heads: 0, groups: 1);
    private readonly int _rank = header.Size("ssm.time_step_rank");

    public MixerSpec Read(string prefix, int layer)
    {
        (int channels, int length) = (_shape.Channels, _shape.StateLength);
        TensorSpec selection = header.Matrix(prefix + "ssm_x.weight", channels, _rank + 2 * length);
        return new StateSpaceSpec(
            _shape,
            _taps,
            header.Matrix(prefix + "ssm_in.weight", embedding, 2 * channels),
            new StateSpaceRows(Gate: channels, Convolved: 0, Step: 0),
            header.Vector(prefix + "ssm_conv1d.weight", _taps * channels, [_taps, channels]),
            header.Vector(prefix + "ssm_conv1d.bias", channels),
            new SelectionSpec(
                selection with { Rows = _rank },
                selection with { Rows = 2 * length, First = (long)channels * _rank },
                header.Matrix(prefix + "ssm_dt.weight", _rank, channels),
                Norm(prefix + "ssm_dt_norm.weight", _rank),
                Norm(prefix + "ssm_b_norm.weight", length),
                Norm(prefix + "ssm_c_norm.weight", length)),
            header.Vector(prefix + "ssm_dt.bias", channels),
            header.Vector(prefix + "ssm_a", length * channels, [length, channels]),
            header.Vector(prefix + "ssm_d", channels),
            Norm: null,
            header.Matrix(prefix + "ssm_out.weight", channels, embedding));
    }

    private NormSpec? Norm(string name, int length) => norms == SelectionNorms.None ? null
        : new NormSpec(NormKind.RootMeanSquare, epsilon, norms == SelectionNorms.Plain ? null : header.Vector(name, length), Bias: null);
}

/// <summary>Norms of what a state space's steps follow from, of its B and of its C.</summary>
internal enum SelectionNorms
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>Without weights.</summary>
    Plain,

    /// <summary>With weights.</summary>
    Weighted,
}
