using System;
using System.Linq;
using ModelGen.Architectures;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>The gated delta rule in float64, token after token, as Yang et al. 2024 have it, and the Kimi Team 2025.</summary>
internal static class ReferenceDeltaRule
{
    /// <summary>What the layer's output matrix multiplies, of each token.</summary>
    /// <param name="delta">The rule.</param>
    /// <param name="normed">The layer's input.</param>
    /// <param name="project">A matrix times a vector.</param>
    /// <param name="read">A vector of the file.</param>
    public static double[][] Recall(
        DeltaRuleSpec delta, double[][] normed, Func<TensorSpec, double[], double[]> project, Func<TensorSpec, double[]> read)
    {
        DeltaRuleHeads heads = delta.Heads;
        double[][] channels = [.. normed.Select(row => (double[])[.. project(delta.Query, row), .. project(delta.Key, row), .. project(delta.Value, row)])];
        double[] filter = [.. delta.Filter.SelectMany(read)];
        (double[] bias, double[] rate) = (read(delta.DecayBias), read(delta.DecayRate));
        double[][,] states = [.. Enumerable.Range(0, heads.Values).Select(_ => new double[heads.KeyDimension, heads.ValueDimension])];
        return [.. normed.Select((row, position) =>
        {
            double[] convolved = [.. Enumerable.Range(0, heads.Channels).Select(channel => Silu(Convolve(channel, position)))];
            double[][] queries = [.. convolved[..heads.KeyLength].Chunk(heads.KeyDimension).Select(Unit)];
            double[][] keys = [.. convolved[heads.KeyLength..(2 * heads.KeyLength)].Chunk(heads.KeyDimension).Select(Unit)];
            double[][] values = [.. convolved[(2 * heads.KeyLength)..].Chunk(heads.ValueDimension)];
            double[][] gates = [.. ProjectOfRank(delta.OutputGateDown, delta.OutputGate, row).Chunk(heads.ValueDimension)];
            double[] beta = project(delta.Beta, row);
            double[] decay = ProjectOfRank(delta.DecayDown, delta.Decay, row);
            return Enumerable.Range(0, heads.Values).SelectMany(head =>
            {
                int keyHead = heads.KeyHeadOf(head);
                double[] g = [.. Enumerable.Range(0, heads.KeyDimension).Select(i => Decay(head, heads.DecaysElements ? head * heads.KeyDimension + i : head))];
                double[] o = Step(states[head], queries[keyHead], keys[keyHead], values[head], g, Sigmoid(beta[head]));
                return ReferenceMath.Norm(o, delta.Norm, read).Zip(gates[head], (value, gate) => value * (delta.GatesBySigmoid ? Sigmoid(gate) : Silu(gate)));
            }).ToArray();

            double Decay(int head, int place) => Math.Exp(rate[head] * Math.Log(1 + Math.Exp(decay[place] + bias[place])));
        })];

        double[] ProjectOfRank(TensorSpec? down, TensorSpec up, double[] row) => project(up, down is null ? row : project(down, row));

        double Convolve(int channel, int position) => Enumerable.Range(0, delta.Taps)
            .Where(back => back <= position)
            .Sum(back => filter[channel * delta.Taps + delta.Taps - 1 - back] * channels[position - back][channel]);

        double[] Unit(double[] head)
        {
            double length = Math.Sqrt(head.Sum(value => value * value) + delta.Epsilon);
            return [.. head.Select(value => value / length)];
        }
    }

    // S = diag(g) S, S += k (β (v - Sᵀk))ᵀ, o = Sᵀq / √d.
    private static double[] Step(double[,] state, double[] query, double[] key, double[] value, double[] g, double beta)
    {
        double[] output = new double[value.Length];
        for (int column = 0; column < value.Length; column++)
        {
            double known = Enumerable.Range(0, key.Length).Sum(i => g[i] * state[i, column] * key[i]);
            double delta = beta * (value[column] - known);
            for (int i = 0; i < key.Length; i++)
            {
                state[i, column] = g[i] * state[i, column] + key[i] * delta;
                output[column] += state[i, column] * query[i] / Math.Sqrt(key.Length);
            }
        }

        return output;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Silu(double x) => x * Sigmoid(x);
}
