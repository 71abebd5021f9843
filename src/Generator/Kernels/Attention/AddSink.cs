using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Adds a score to what a row has of its keys, whose value is 0: with M = max(m, s), o = o · e^(m - M), l = l · e^(m - M) + e^(s - M),
/// m = M. It comes behind the last range, in prefill as in decode.
/// </summary>
internal static unsafe class AddSink
{
    private const int Stride = 64;              // sums of a row, behind them m and l

    /// <param name="total">The row's sums.</param>
    /// <param name="score">The score.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* total, float score)
    {
        float maximum = MathF.Max(total[Stride], score);
        Vector512<float> kept = VectorMath.Exp(Vector512.Create(total[Stride] - maximum));
        Vector512<float> added = VectorMath.Exp(Vector512.Create(score - maximum));
        for (int i = 0; i < Stride; i += Vector512<float>.Count)
        {
            (Vector512.Load(total + i) * kept).Store(total + i);
        }

        total[Stride] = maximum;
        total[Stride + 1] = total[Stride + 1] * kept.ToScalar() + added.ToScalar();
    }
}
