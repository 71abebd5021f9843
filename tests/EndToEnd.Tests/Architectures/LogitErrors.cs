using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.EndToEnd.Tests.Architectures;

/// <summary>How far logits are from those of the forward pass in float64.</summary>
/// <param name="Divergence">Mean Kullback-Leibler divergence of a token's distribution, in nats.</param>
/// <param name="RootMeanSquare">Root of the mean square of the differences, relative to that of the logits about their mean.</param>
/// <param name="Largest">Largest difference, relative to the same.</param>
/// <param name="Typical">The root of the mean square of a token's differences that half of the tokens are below, relative to the same.</param>
internal sealed record LogitErrors(double Divergence, double RootMeanSquare, double Largest, double Typical)
{
    public static LogitErrors Of(IReadOnlyList<float[]> logits, IReadOnlyList<double[]> exact)
    {
        double divergence = 0;
        double square = 0;
        double size = 0;
        double largest = 0;
        double[] squares = new double[exact.Count];
        for (int token = 0; token < exact.Count; token++)
        {
            double mean = exact[token].Average();
            double[] p = LogSoftmax(exact[token]);
            double[] q = LogSoftmax([.. logits[token].Select(logit => (double)logit)]);
            for (int id = 0; id < p.Length; id++)
            {
                double difference = logits[token][id] - exact[token][id];
                divergence += Math.Exp(p[id]) * (p[id] - q[id]) / exact.Count;
                square += difference * difference;
                squares[token] += difference * difference;
                size += (exact[token][id] - mean) * (exact[token][id] - mean);
                largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(largest, Math.Abs(difference));
            }
        }

        int count = exact.Count * exact[0].Length;
        Array.Sort(squares);
        double typical = Math.Sqrt(squares[squares.Length / 2] / (size / exact.Count));
        return new LogitErrors(divergence, Math.Sqrt(square / size), largest / Math.Sqrt(size / count), typical);
    }

    public override string ToString() => $"divergence {Divergence:E1}, root of mean square {RootMeanSquare:E1}, largest {Largest:E1}, typical {Typical:E1}";

    private static double[] LogSoftmax(double[] logits)
    {
        double largest = logits.Max();
        double sum = Math.Log(logits.Sum(logit => Math.Exp(logit - largest)));
        return [.. logits.Select(logit => logit - largest - sum)];
    }
}
