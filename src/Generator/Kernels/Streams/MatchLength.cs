using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y *= √Σx² / √Σy²: a vector of the length of another.</summary>
internal static unsafe class MatchLength
{
    private const int Length = 256;

    /// <param name="x">Length floats.</param>
    /// <param name="y">Length floats, changed.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, float* y)
    {
        // y = y · √(Σx²) / √(Σy²)
        float scale = MathF.Sqrt(SumOfSquares(x)) / MathF.Sqrt(SumOfSquares(y));
        int whole = Length / Vector512<float>.Count * Vector512<float>.Count;
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            (Vector512.Load(y + i) * Vector512.Create(scale)).Store(y + i);
        }

        for (int i = whole; i < Length; i++)
        {
            y[i] *= scale;
        }
    }

    // Σx²
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float SumOfSquares(float* x)
    {
        int whole = Length / Vector512<float>.Count * Vector512<float>.Count;
        Vector512<float> squares = Vector512<float>.Zero;
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            Vector512<float> own = Vector512.Load(x + i);
            squares = Vector512.MultiplyAddEstimate(own, own, squares);
        }

        float sum = Vector512.Sum(squares);
        for (int i = whole; i < Length; i++)
        {
            sum += x[i] * x[i];
        }

        return sum;
    }
}
