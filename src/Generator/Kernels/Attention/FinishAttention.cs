using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>o = o / l of a row whose ranges are all merged.</summary>
internal static unsafe class FinishAttention
{
    private const int HeadDimension = 64;
    private const int Stride = 64;              // sums of a row, behind them m and l

    /// <param name="total">The row's sums.</param>
    /// <param name="output">Receives HeadDimension floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* total, float* output)
    {
        // A longer row beside it turns the -0 of a row into 0 (-0 + 0 · v); adding 0 does so for every row.
        float factor = 1f / total[Stride + 1];
        int whole = HeadDimension / Vector512<float>.Count * Vector512<float>.Count;
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            (Vector512.Load(total + i) * Vector512.Create(factor) + Vector512<float>.Zero).Store(output + i);
        }

        for (int i = whole; i < HeadDimension; i++)
        {
            output[i] = total[i] * factor + 0f;
        }
    }
}
