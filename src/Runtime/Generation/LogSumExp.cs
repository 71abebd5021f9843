using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelGen.Generation;

/// <summary>The logarithm of the sum of exponentials: what is taken from a logit to have the logarithm of a probability.</summary>
internal static class LogSumExp
{
    /// <summary>
    /// log Σ exp(logit), in doubles, and from the largest one so that nothing overflows. Of 150,000 logits it takes some tenths of a
    /// millisecond.
    /// </summary>
    /// <param name="logits">At least one.</param>
    /// <returns>Not a finite number where a logit is NaN or +∞, or all are −∞.</returns>
    public static double Of(ReadOnlySpan<float> logits)
    {
        double largest = Largest(logits);
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(logits);
        Vector<double> shift = new(largest);
        Vector<double> sums = Vector<double>.Zero;
        foreach (Vector<float> vector in vectors)
        {
            Vector.Widen(vector, out Vector<double> low, out Vector<double> high);
            sums += Vector.Exp(low - shift) + Vector.Exp(high - shift);
        }

        double sum = Vector.Sum(sums);
        foreach (float logit in logits[(vectors.Length * Vector<float>.Count)..])
        {
            sum += Math.Exp(logit - largest);
        }

        return Math.Log(sum) + largest;
    }

    private static float Largest(ReadOnlySpan<float> logits)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(logits);
        float largest = float.NegativeInfinity;
        Vector<float> maxima = new(largest);
        foreach (Vector<float> vector in vectors)
        {
            maxima = Vector.Max(maxima, vector);
        }

        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            largest = MathF.Max(largest, maxima[lane]);
        }

        foreach (float logit in logits[(vectors.Length * Vector<float>.Count)..])
        {
            largest = MathF.Max(largest, logit);
        }

        return largest;
    }
}
