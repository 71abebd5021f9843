using System;
using System.Linq;
using ModelGen.Architectures;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>Multi-head latent attention in float64 (DeepSeek-AI 2024), with (KeyUpᵀ · q) · c in place of q · (KeyUp · c).</summary>
internal static class ReferenceLatentAttention
{
    /// <summary>Of each token what the output matrix multiplies: ValueUp · Σ softmax(score) · c of each head.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="latent">The attention.</param>
    /// <param name="normed">Its inputs.</param>
    /// <param name="project">The product with a matrix.</param>
    /// <param name="projectOfHead">The product with a head's matrix of a stack.</param>
    /// <param name="vector">The values of a vector.</param>
    /// <param name="factorsOf">What the angles of a rotation are divided by.</param>
    public static double[][] Attend(
        ModelSpec spec,
        LatentAttentionSpec latent,
        double[][] normed,
        Func<TensorSpec, double[], double[]> project,
        Func<TensorSpec, int, double[], double[]> projectOfHead,
        Func<TensorSpec, double[]> vector,
        Func<RotarySpec, double[]?> factorsOf)
    {
        LatentShape shape = latent.Shape;
        RotarySpec? rotary = latent.Rotary is int index ? spec.Rotaries[index] : null;
        double[][] remembered = [.. normed.Select(row => project(latent.Latent, row))];
        double[][] latents = [.. remembered.Select(row => ReferenceMath.Norm(row[..shape.Rank], latent.LatentNorm, vector))];
        double[][] keys = [.. remembered.Select((row, position) => Rotate(row[shape.Rank..], position))];
        return [.. normed.Select(Heads)];

        double[] Heads(double[] row, int position)
        {
            double[] input = latent.QueryDown is TensorSpec down ? ReferenceMath.Norm(project(down, row), latent.QueryNorm, vector) : row;
            double growth = spec.Scores.Temperature is TemperatureSpec temperature ? ReferenceMath.Temperature(temperature, position) : 1;
            double[] queries = [.. project(latent.Query, input).Select(value => value * growth)];
            return [.. queries.Chunk(shape.QueryLength).SelectMany((query, head) => Head(query, head, position))];
        }

        double[] Head(double[] query, int head, int position)
        {
            double[] wide = projectOfHead(latent.KeyUp, head, query[..shape.KeyLength]);
            double[] turned = Rotate(query[shape.KeyLength..], position);
            double[] scores = [.. Enumerable.Range(0, position + 1).Select(key => (Dot(wide, latents[key]) + Dot(turned, keys[key])) * spec.Scores.Scale)];
            double largest = scores.Max();
            double[] weights = [.. scores.Select(score => Math.Exp(score - largest))];
            double total = weights.Sum();
            double[] sum = new double[shape.Rank];
            for (int key = 0; key <= position; key++)
            {
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += weights[key] / total * latents[key][i];
                }
            }

            return projectOfHead(latent.ValueUp, head, sum);
        }

        double[] Rotate(double[] head, int position) => rotary is null ? head : ReferenceMath.Rotate(head, position, rotary, factorsOf(rotary));
    }

    private static double Dot(double[] x, double[] y) => x.Zip(y, (one, other) => one * other).Sum();
}
