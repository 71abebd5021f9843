using System;

namespace ModelGen.Architectures;

/// <summary>
/// Reads state spaces as PLaMo 2 has them: heads as in Mamba 2, whose B, C and steps follow from the convolved input as in the first Mamba, each behind
/// a norm. Rows of gates and of inputs alternate, head by head.
/// </summary>
internal sealed class PlamoStateSpaceReader(HeaderQuery header, int embedding, float epsilon) : IMixerReader
{
    // What steps follow from has so many floats at least, and one for so many of the embedding; no setting says it.
    private const int LeastRank = 64;
    private const int EmbeddingOfRank = 16;

    private readonly int _taps = StateSpaceReader.ReadTaps(header);
    private readonly StateSpaceShape _shape = ReadShape(header);
    private readonly int _rank = Math.Max(LeastRank, embedding / EmbeddingOfRank);

    public MixerSpec Read(string prefix, int layer)
    {
        (int channels, int heads, int length) = (_shape.Channels, _shape.Heads, _shape.StateLength);
        int run = _shape.HeadChannels;
        TensorSpec input = header.Matrix(prefix + "ssm_in.weight", embedding, 2 * channels);
        TensorSpec selection = header.Matrix(prefix + "ssm_x.weight", channels, 2 * length + _rank);
        return new StateSpaceSpec(
            _shape,
            _taps,
            input.RunsOfRows(run, run, 2 * run, heads),
            new StateSpaceRows(Gate: 0, Convolved: channels, Step: 0),
            header.Vector(prefix + "ssm_conv1d.weight", _taps * channels, [_taps, channels]),
            FilterBias: null,
            new SelectionSpec(
                selection with { Rows = _rank, First = 2L * channels * length },
                selection with { Rows = 2 * length },
                header.Matrix(prefix + "ssm_dt.weight", _rank, heads),
                Norm(prefix + "ssm_dt_norm", _rank),
                Norm(prefix + "ssm_b_norm", length),
                Norm(prefix + "ssm_c_norm", length)),
            header.Vector(prefix + "ssm_dt.bias", heads),
            header.Vector(prefix + "ssm_a", heads),
            header.Vector(prefix + "ssm_d", heads),
            Norm: null,
            header.Matrix(prefix + "ssm_out.weight", channels, embedding))
        {
            Gate = input.RunsOfRows(0, run, 2 * run, heads),
        };
    }

    private static StateSpaceShape ReadShape(HeaderQuery header)
    {
        // B and C are those of all heads, which the files call no group.
        header.OnlySize("ssm.group_count", supported: 0, fallback: 0, "all heads share B and C");
        return StateSpaceReader.ReadShape(header, header.Size("ssm.time_step_rank"), groups: 1);
    }

    private NormSpec Norm(string name, int length) => new(NormKind.RootMeanSquare, epsilon, header.Vector(name, length), Bias: null);
}
