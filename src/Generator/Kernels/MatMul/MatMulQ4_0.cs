using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of a Q4_0 matrix (layout P16) and a tile of tokens whose
/// activations are quantised rows.
/// </summary>
internal static unsafe class MatMulQ4_0
{
    private const int Columns = 256;
    private const int InputStride = 320;        // bytes from one quantised row to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const int TileBytes = 288;          // 16 half scales, then 4 groups of 16 rows × (4 + 4) columns

    // Tile t: 12, 3, 1 tokens at Avx512, Avx2, Vector128: two accumulators a token and part.
    /// <param name="strip">Columns / 32 tiles.</param>
    /// <param name="x">Quantised rows of the tile's tokens.</param>
    /// <param name="y">Output of the strip's first row for the tile's first token.</param>
    /// <param name="yStride">Floats from one token's output to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* strip, byte* x, float* y, nint yStride)
    {
        const int t0 = 0;
        const int p0 = 0;
        Vector512<byte> lowHalf = Vector512.Create((byte)15);
        float* scales = (float*)(x + Columns);
        int* sums = (int*)(x + Columns + Columns / 8);
        Vector512<float> y_t0_p0 = Vector512<float>.Zero;

        for (int block = 0; block < Columns / 32; block++)
        {
            // Weights are stored as w + 8, at most 15: the 16-bit sums of all eight groups stay within 8 · 2 · 15 · 127 = 30480.
            Vector512<short> sum_t0_p0 = Vector512<short>.Zero;
            byte* group = strip + 32;
            int* xGroup = (int*)(x + block * 32);
            for (int g = 0; g < 4; g++)
            {
                if (PrefetchBytes != 0)
                {
                    Simd512.Prefetch(group + PrefetchBytes);
                }

                // The low halves are columns 4g to 4g + 3, the high ones 16 more. Activations have no name of their own: a local for each
                // token's would take as many registers again.
                Vector512<byte> w_p0 = Vector512.Load(group + p0 * Vector512<byte>.Count);
                Vector512<byte> wLow_p0 = w_p0 & lowHalf;
                Vector512<byte> wHigh_p0 = (w_p0.AsUInt16() >>> 4).AsByte() & lowHalf;
                sum_t0_p0 += Simd512.MultiplyAddAdjacent(wLow_p0, Vector512.Create(xGroup[t0 * (InputStride / 4)]).AsSByte());
                sum_t0_p0 += Simd512.MultiplyAddAdjacent(wHigh_p0, Vector512.Create(xGroup[t0 * (InputStride / 4) + 4]).AsSByte());
                group += 64;
                xGroup++;
            }

            Vector512<float> d_p0 = VectorMath.LoadHalf(strip + p0 * Vector512<float>.Count * 2);
            y_t0_p0 = AddBlock(y_t0_p0, sum_t0_p0, d_p0, scales[t0 * (InputStride / 4) + block], sums[t0 * (InputStride / 4) + block]);
            strip += TileBytes;
        }

        if (Accumulate)
        {
            y_t0_p0 += Vector512.Load(y + t0 * yStride + p0 * Vector512<float>.Count);
        }

        y_t0_p0.Store(y + t0 * yStride + p0 * Vector512<float>.Count);
    }

    /// <summary>y + d_w · d_x · Σ w·x, with Σ w·x = Σ (w + 8)·x - 8·Σ x. One call a token, so that its temporaries end with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddBlock(Vector512<float> y, Vector512<short> sum, Vector512<float> d, float dx, int sumX)
    {
        Vector512<int> dot = Simd512.MultiplyAddAdjacent(sum, Vector512.Create((short)1)) - Vector512.Create(sumX * 8);
        return Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(dot), d * Vector512.Create(dx), y);
    }
}
