using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of an F16 matrix (layout P16) and a tile of tokens whose
/// activations are floats.
/// </summary>
internal static unsafe class MatMulF16
{
    private const int Columns = 256;
    private const int InputStride = 1024;       // bytes from one row of activations to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x

    // Tile t: 12, 3, 1 tokens at Avx512, Avx2, Vector128: two accumulators a token and part.
    /// <param name="strip">Columns groups of 16 halves, one a row.</param>
    /// <param name="x">Rows of floats of the tile's tokens.</param>
    /// <param name="y">Output of the strip's first row for the tile's first token.</param>
    /// <param name="yStride">Floats from one token's output to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* strip, byte* x, float* y, nint yStride)
    {
        const int t0 = 0;
        const int p0 = 0;
        float* input = (float*)x;
        Vector512<float> even_t0_p0 = Vector512<float>.Zero;
        Vector512<float> odd_t0_p0 = Vector512<float>.Zero;

        // Even and odd columns are summed apart: two chains of multiply-adds hide their latency.
        for (int column = 0; column < Columns / 2 * 2; column += 2)
        {
            if (PrefetchBytes != 0)
            {
                Simd512.Prefetch(strip + PrefetchBytes);
            }

            Vector512<float> wEven_p0 = VectorMath.LoadHalf(strip + p0 * Vector512<float>.Count * 2);
            even_t0_p0 = Vector512.MultiplyAddEstimate(wEven_p0, Vector512.Create(input[t0 * (InputStride / 4)]), even_t0_p0);
            Vector512<float> wOdd_p0 = VectorMath.LoadHalf(strip + 32 + p0 * Vector512<float>.Count * 2);
            odd_t0_p0 = Vector512.MultiplyAddEstimate(wOdd_p0, Vector512.Create(input[t0 * (InputStride / 4) + 1]), odd_t0_p0);
            strip += 64;
            input += 2;
        }

        if (Columns % 2 != 0)
        {
            Vector512<float> wLast_p0 = VectorMath.LoadHalf(strip + p0 * Vector512<float>.Count * 2);
            even_t0_p0 = Vector512.MultiplyAddEstimate(wLast_p0, Vector512.Create(input[t0 * (InputStride / 4)]), even_t0_p0);
        }

        Vector512<float> y_t0_p0 = even_t0_p0 + odd_t0_p0;
        Finish(y_t0_p0, y + t0 * yStride + p0 * Vector512<float>.Count);
    }

    /// <summary>Stores the sums of one token, or adds them to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector512<float> sums, float* y) => (Accumulate ? Vector512.Load(y) + sums : sums).Store(y);
}
