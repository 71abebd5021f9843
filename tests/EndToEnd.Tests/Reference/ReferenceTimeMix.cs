using System;
using System.Linq;
using ModelGen.Architectures;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>Time and channel mixing in float64, token after token, as the papers have it (Peng et al. 2024 and 2025).</summary>
/// <param name="project">A matrix times a vector.</param>
/// <param name="read">A vector of the file.</param>
internal sealed class ReferenceTimeMix(Func<TensorSpec, double[], double[]> project, Func<TensorSpec, double[]> read)
{
    /// <summary>x + (before - x) · shift.</summary>
    public static double[] Shift(double[] x, double[] before, double[] shift) => [.. x.Select((value, i) => value + (before[i] - value) * shift[i])];

    /// <summary>What RWKV-7's adds to x, of each token.</summary>
    /// <param name="goose">The time mixing.</param>
    /// <param name="normed">The layer's input.</param>
    /// <param name="firstValues">Values of the first layer, which writes them.</param>
    public double[][] Mix(GooseSpec goose, double[][] normed, ref double[][] firstValues)
    {
        TimeMixHeads heads = goose.Heads;
        double[][] values = [.. normed.Select((row, position) => project(goose.Value.Weight, Shifted(normed, position, goose.Value.Shift)))];
        if (goose.ValueMix is LowRankSpec mix)
        {
            double[][] first = firstValues;
            values =
            [
                .. values.Select((row, position) =>
                {
                    double[] shares = [.. LowRank(mix, normed, position).Select(Sigmoid)];
                    return row.Select((value, i) => value + (first[position][i] - value) * shares[i]).ToArray();
                }),
            ];
        }
        else
        {
            firstValues = values;
        }

        double[][,] states = States(heads);
        (double[] removalScale, double[] keyScale) = (read(goose.Vectors.RemovalScale), read(goose.Vectors.KeyScale));
        double[] bonus = read(goose.Vectors.Bonus);
        return [.. normed.Select((row, position) =>
        {
            double[] receptance = project(goose.Receptance.Weight, Shifted(normed, position, goose.Receptance.Shift));
            double[] key = project(goose.Key.Weight, Shifted(normed, position, goose.Key.Shift));
            double[] decay = [.. LowRank(goose.Decay, normed, position, Math.Tanh).Select(value => Math.Exp(-Math.Exp(-0.5) * Sigmoid(value)))];
            double[] rate = [.. LowRank(goose.Rate, normed, position).Select(Sigmoid)];
            double[]? gate = goose.Gate is null ? null : LowRank(goose.Gate, normed, position, Sigmoid);
            double[] removal = [.. key.Select((value, i) => value * removalScale[i])];
            double[] scaled = [.. key.Select((value, i) => value * (1 + (rate[i] - 1) * keyScale[i]))];
            double[] mixed = [.. Enumerable.Range(0, heads.Count).SelectMany(head =>
            {
                Range part = (head * heads.Dimension)..((head + 1) * heads.Dimension);
                double length = Math.Sqrt(removal[part].Sum(value => value * value));
                double[] removed = [.. removal[part].Select(value => value / length)];
                double[] output = Advance(states[head], receptance[part], decay[part], scaled[part], values[position][part], removed, rate[part]);
                double own = receptance[part].Select((value, i) => value * scaled[part][i] * bonus[part][i]).Sum();
                double[] normedOutput = NormOfHead(output, goose.Norm, head);
                return normedOutput.Select((value, i) => value + own * values[position][part][i]);
            })];
            return project(goose.Output, gate is null ? mixed : [.. mixed.Zip(gate, (value, factor) => value * factor)]);
        })];
    }

    /// <summary>What RWKV-6's adds to x, of each token.</summary>
    /// <param name="finch">The time mixing.</param>
    /// <param name="normed">The layer's input.</param>
    public double[][] Mix(FinchSpec finch, double[][] normed)
    {
        TimeMixHeads heads = finch.Heads;
        double[][,] states = States(heads);
        double[] bonus = read(finch.Bonus);
        return [.. normed.Select((row, position) =>
        {
            double[][] ranks = [.. project(finch.OffsetDown, Shifted(normed, position, finch.OffsetShift)).Select(Math.Tanh).Chunk(finch.OffsetUp.Columns)];
            double[][] offsets = [.. ranks.Select((rank, i) => project(ReferenceModel.OfStack(finch.OffsetUp, i), rank))];
            double[] decay =
            [
                .. LowRank(finch.Decay, Mixture(finch.Decay.Shift, 0), Math.Tanh).Select(value => Math.Exp(-Math.Exp(value))),
            ];
            double[] key = project(finch.Key.Weight, Mixture(finch.Key.Shift, 1));
            double[] value = project(finch.Value.Weight, Mixture(finch.Value.Shift, 2));
            double[] receptance = project(finch.Receptance.Weight, Mixture(finch.Receptance.Shift, 3));
            double[] gate = project(finch.Gate.Weight, Mixture(finch.Gate.Shift, 4));
            double[] mixed = [.. Enumerable.Range(0, heads.Count).SelectMany(head =>
            {
                Range part = (head * heads.Dimension)..((head + 1) * heads.Dimension);
                double[] output = Advance(states[head], receptance[part], decay[part], key[part], value[part], bonus[part]);
                return NormOfHead(output, finch.Norm, head);
            })];
            return project(finch.Output, [.. mixed.Zip(gate, (output, factor) => output * factor * Sigmoid(factor))]);

            double[] Mixture(TensorSpec shift, int index) => Shift(
                row, position == 0 ? new double[row.Length] : normed[position - 1], [.. read(shift).Zip(offsets[index], (share, offset) => share + offset)]);
        })];
    }

    /// <summary>A network's output behind the gate of a channel mixing, if there is one.</summary>
    public double[] Gate(ChannelMixSpec mix, double[] input, double[] before, double[] output) => mix.Receptance is ShiftedMatrix receptance
        ? [.. output.Zip(project(receptance.Weight, Shift(input, before, read(receptance.Shift))), (value, gate) => value * Sigmoid(gate))]
        : output;

    // S = S · diag(w) - (S κ̂)(κ̂ a)ᵀ + v kᵀ, and of that S r.
    private static double[] Advance(
        double[,] state, double[] receptance, double[] decay, double[] key, double[] value, double[] removal, double[] rate)
    {
        double[] output = new double[value.Length];
        for (int row = 0; row < value.Length; row++)
        {
            double removed = removal.Select((factor, i) => state[row, i] * factor).Sum();
            for (int i = 0; i < key.Length; i++)
            {
                state[row, i] = state[row, i] * decay[i] - removed * removal[i] * rate[i] + value[row] * key[i];
                output[row] += state[row, i] * receptance[i];
            }
        }

        return output;
    }

    // (S + v (bonus · k)ᵀ) r, then S = S · diag(w) + v kᵀ.
    private static double[] Advance(double[,] state, double[] receptance, double[] decay, double[] key, double[] value, double[] bonus)
    {
        double[] output = new double[value.Length];
        for (int row = 0; row < value.Length; row++)
        {
            for (int i = 0; i < key.Length; i++)
            {
                output[row] += (state[row, i] + value[row] * bonus[i] * key[i]) * receptance[i];
                state[row, i] = state[row, i] * decay[i] + value[row] * key[i];
            }
        }

        return output;
    }

    private static double[][,] States(TimeMixHeads heads) =>
        [.. Enumerable.Range(0, heads.Count).Select(_ => new double[heads.Dimension, heads.Dimension])];

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private double[] Shifted(double[][] normed, int position, TensorSpec shift) =>
        Shift(normed[position], position == 0 ? new double[normed[0].Length] : normed[position - 1], read(shift));

    private double[] LowRank(LowRankSpec lowRank, double[][] normed, int position, Func<double, double>? function = null) =>
        LowRank(lowRank, Shifted(normed, position, lowRank.Shift), function);

    private double[] LowRank(LowRankSpec lowRank, double[] input, Func<double, double>? function)
    {
        double[] ranks = [.. project(lowRank.Down, input).Select(value => function is null ? value : function(value))];
        double[] output = project(lowRank.Up, ranks);
        return lowRank.Bias is null ? output : [.. output.Zip(read(lowRank.Bias), (value, bias) => value + bias)];
    }

    // Each head has weights of its own.
    private double[] NormOfHead(double[] output, NormSpec? norm, int head) => ReferenceMath.Norm(
        output, norm, vector => read(vector).AsSpan(head * output.Length, output.Length).ToArray());
}
