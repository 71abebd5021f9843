using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = x · weight / sqrt(mean(x²) + ε), or without weights: root mean square layer normalisation (Zhang and Sennrich 2019).</summary>
internal static unsafe class RmsNorm
{
    private const int Length = 256;
    private const float Epsilon = 1E-05f;
    private const bool HasWeight = true;

    /// <param name="x">Length floats.</param>
    /// <param name="weight">Length floats; not read where HasWeight is false.</param>
    /// <param name="y">Receives Length floats; may be <paramref name="x"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, float* weight, float* y)
    {
        // Σ x² in two chains of vectors, then what is left of the row.
        Vector512<float> even = Vector512<float>.Zero;
        Vector512<float> odd = Vector512<float>.Zero;
        for (int i = 0; i < Length / (2 * Vector512<float>.Count) * (2 * Vector512<float>.Count); i += 2 * Vector512<float>.Count)
        {
            Vector512<float> first = Vector512.Load(x + i);
            Vector512<float> second = Vector512.Load(x + i + Vector512<float>.Count);
            even = Vector512.MultiplyAddEstimate(first, first, even);
            odd = Vector512.MultiplyAddEstimate(second, second, odd);
        }

        if (Length % (2 * Vector512<float>.Count) >= Vector512<float>.Count)
        {
            Vector512<float> last = Vector512.Load(x + Length / (2 * Vector512<float>.Count) * (2 * Vector512<float>.Count));
            even = Vector512.MultiplyAddEstimate(last, last, even);
        }

        float sum = Vector512.Sum(even + odd);
        for (int i = Length / Vector512<float>.Count * Vector512<float>.Count; i < Length; i++)
        {
            sum += x[i] * x[i];
        }

        // y = (x / sqrt(mean + ε)) · weight
        float scale = 1f / MathF.Sqrt(sum / Length + Epsilon);
        for (int i = 0; i < Length / Vector512<float>.Count * Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> normed = Vector512.Load(x + i) * Vector512.Create(scale);
            (HasWeight ? normed * Vector512.Load(weight + i) : normed).Store(y + i);
        }

        for (int i = Length / Vector512<float>.Count * Vector512<float>.Count; i < Length; i++)
        {
            y[i] = HasWeight ? x[i] * scale * weight[i] : x[i] * scale;
        }
    }
}
