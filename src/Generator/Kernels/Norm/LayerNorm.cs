using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y = (x - mean(x)) / sqrt(variance(x) + ε) · weight + bias: layer normalisation (Ba et al. 2016); or without the mean,
/// y = x / sqrt(mean(x²) + ε) · weight + bias, an RMSNorm with biases.
/// </summary>
internal static unsafe class LayerNorm
{
    private const int Length = 256;
    private const float Epsilon = 1E-05f;
    private const bool IsCentred = true;
    private const bool HasWeight = true;
    private const bool HasBias = true;

    /// <param name="x">Length floats.</param>
    /// <param name="weight">Length floats; not read where HasWeight is false.</param>
    /// <param name="bias">Length floats; not read where HasBias is false.</param>
    /// <param name="y">Receives Length floats; may be <paramref name="x"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, float* weight, float* bias, float* y)
    {
        int whole = Length / Vector512<float>.Count * Vector512<float>.Count;

        // mean = Σ x / Length
        Vector512<float> sums = Vector512<float>.Zero;
        for (int i = 0; IsCentred && i < whole; i += Vector512<float>.Count)
        {
            sums += Vector512.Load(x + i);
        }

        float sum = Vector512.Sum(sums);
        for (int i = whole; IsCentred && i < Length; i++)
        {
            sum += x[i];
        }

        // variance = Σ (x - mean)² / Length
        float mean = sum / Length;
        Vector512<float> squares = Vector512<float>.Zero;
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            Vector512<float> deviation = Vector512.Load(x + i) - Vector512.Create(mean);
            squares = Vector512.MultiplyAddEstimate(deviation, deviation, squares);
        }

        float square = Vector512.Sum(squares);
        for (int i = whole; i < Length; i++)
        {
            square += (x[i] - mean) * (x[i] - mean);
        }

        // y = (x - mean) / sqrt(variance + ε) · weight + bias
        float scale = 1f / MathF.Sqrt(square / Length + Epsilon);
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            Vector512<float> normed = (Vector512.Load(x + i) - Vector512.Create(mean)) * Vector512.Create(scale);
            normed = HasWeight ? normed * Vector512.Load(weight + i) : normed;
            normed = HasBias ? normed + Vector512.Load(bias + i) : normed;
            normed.Store(y + i);
        }

        for (int i = whole; i < Length; i++)
        {
            float normed = (x[i] - mean) * scale;
            normed = HasWeight ? normed * weight[i] : normed;
            y[i] = HasBias ? normed + bias[i] : normed;
        }
    }
}
