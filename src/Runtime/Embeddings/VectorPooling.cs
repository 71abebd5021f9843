using System;
using System.Numerics;

namespace ModelGen.Embeddings;

/// <summary>What is made of the vectors of a text's tokens.</summary>
internal static class VectorPooling
{
    /// <summary>One vector of those of all tokens.</summary>
    /// <param name="pooling">How.</param>
    /// <param name="vectors">The tokens' vectors, one behind the other; of First and Last, the one that is asked for.</param>
    /// <param name="length">Floats of one.</param>
    /// <param name="sums">As many numbers for its use.</param>
    /// <param name="result">Receives its first elements, as many as it has room for.</param>
    public static void Pool(Pooling pooling, ReadOnlySpan<float> vectors, int length, Span<double> sums, Span<float> result)
    {
        if (pooling != Pooling.Mean)
        {
            vectors[..result.Length].CopyTo(result);
            return;
        }

        // In double precision: thousands of floats would lose digits.
        sums.Clear();
        int count = vectors.Length / length;
        for (int token = 0; token < count; token++)
        {
            Add(vectors.Slice(token * length, length), sums);
        }

        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (float)(sums[i] / count);
        }
    }

    /// <summary>Divides a vector by its Euclidean length; one of zeros stays.</summary>
    public static void Normalize(Span<float> vector)
    {
        double norm = Math.Sqrt(DotProduct(vector, vector));
        for (int i = 0; norm > 0 && i < vector.Length; i++)
        {
            vector[i] = (float)(vector[i] / norm);
        }
    }

    /// <summary>Σ aᵢ · bᵢ, in double precision.</summary>
    public static double DotProduct(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }

    private static void Add(ReadOnlySpan<float> vector, Span<double> sums)
    {
        int i = 0;
        for (; i <= vector.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(vector[i..]), out Vector<double> low, out Vector<double> high);
            Span<double> highSums = sums[(i + Vector<double>.Count)..];
            (new Vector<double>(sums[i..]) + low).CopyTo(sums[i..]);
            (new Vector<double>(highSums) + high).CopyTo(highSums);
        }

        for (; i < vector.Length; i++)
        {
            sums[i] += vector[i];
        }
    }
}
