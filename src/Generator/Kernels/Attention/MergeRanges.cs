using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Adds the next range of keys to what a row has of the ranges before it (Milakov and Gimelshein 2018): with M = max(m, m'),
/// o = o · e^(m - M) + o' · e^(m' - M), l likewise, m = M. Ranges come one after the other from the first, in prefill as in decode.
/// </summary>
internal static unsafe class MergeRanges
{
    private const int Stride = 64;              // sums of a row, behind them m and l

    /// <param name="range">The row's sums of the next range.</param>
    /// <param name="total">The row's sums so far.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* range, float* total)
    {
        float maximum = MathF.Max(total[Stride], range[Stride]);
        Vector512<float> kept = VectorMath.Exp(Vector512.Create(total[Stride] - maximum));
        Vector512<float> added = VectorMath.Exp(Vector512.Create(range[Stride] - maximum));
        for (int i = 0; i < Stride; i += Vector512<float>.Count)
        {
            Vector512.MultiplyAddEstimate(Vector512.Load(total + i), kept, Vector512.Load(range + i) * added).Store(total + i);
        }

        total[Stride] = maximum;
        total[Stride + 1] = total[Stride + 1] * kept.ToScalar() + range[Stride + 1] * added.ToScalar();
    }
}
