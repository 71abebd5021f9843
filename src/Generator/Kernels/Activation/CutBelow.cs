using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// x = max(x - mean - Deviations · σ, 0), with σ² = Σ (x - mean)² / (Length - 1): of a row what is far above its mean, which of a normal
/// distribution is a known part of it (Google DeepMind 2025, Gemma 3n).
/// </summary>
internal static unsafe class CutBelow
{
    private const int Length = 256;
    private const float Deviations = 1.64485335f;

    /// <param name="x">Length floats, changed.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x)
    {
        int whole = Length / Vector512<float>.Count * Vector512<float>.Count;

        // mean = Σ x / Length
        Vector512<float> sums = Vector512<float>.Zero;
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            sums += Vector512.Load(x + i);
        }

        float sum = Vector512.Sum(sums);
        for (int i = whole; i < Length; i++)
        {
            sum += x[i];
        }

        // σ² = Σ (x - mean)² / (Length - 1)
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

        // x = max(x - (mean + Deviations · σ), 0)
        float cut = mean + Deviations * MathF.Sqrt(square / (Length - 1));
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            Vector512.Max(Vector512.Load(x + i) - Vector512.Create(cut), Vector512<float>.Zero).Store(x + i);
        }

        for (int i = whole; i < Length; i++)
        {
            x[i] = MathF.Max(x[i] - cut, 0f);
        }
    }
}
