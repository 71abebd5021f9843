using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of a Q8_0 matrix (layout P16) and a tile of tokens whose
/// activations are quantised rows.
/// </summary>
internal static unsafe class MatMulQ8_0
{
    private const int Columns = 256;
    private const int InputStride = 320;        // bytes from one quantised row to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const int TileBytes = 544;          // 16 half scales, then 8 groups of 16 rows × 4 columns

    // Tile t: 8, 2, 1 tokens at Avx512, Avx2, Vector128: low and high sums and the output: three accumulators a token and part.
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
        Vector512<float> y_t0_p0 = Vector512<float>.Zero;

        for (int block = 0; block < Columns / 32; block++)
        {
            // Weights are stored as w + 128 and split into 16·high + low, each at most 15: the 16-bit sums of all eight groups stay
            // within 8 · 2 · 15 · 127 = 30480.
            Vector512<short> low_t0_p0 = Vector512<short>.Zero;
            Vector512<short> high_t0_p0 = Vector512<short>.Zero;
            byte* group = strip + 32;
            int* xGroup = (int*)(x + block * 32);
            for (int g = 0; g < 8; g++)
            {
                if (PrefetchBytes != 0)
                {
                    Simd512.Prefetch(group + PrefetchBytes);
                }

                Vector512<byte> w_p0 = Vector512.Load(group + p0 * Vector512<byte>.Count);
                Vector512<byte> wLow_p0 = w_p0 & lowHalf;
                Vector512<byte> wHigh_p0 = (w_p0.AsUInt16() >>> 4).AsByte() & lowHalf;
                AddGroup(wLow_p0, wHigh_p0, xGroup[t0 * (InputStride / 4)], ref low_t0_p0, ref high_t0_p0);
                group += 64;
                xGroup++;
            }

            Vector512<float> d_p0 = VectorMath.LoadHalf(strip + p0 * Vector512<float>.Count * 2);
            y_t0_p0 = AddBlock(y_t0_p0, low_t0_p0, high_t0_p0, d_p0, scales + (t0 * (InputStride / 4) + block));
            strip += TileBytes;
        }

        if (Accumulate)
        {
            y_t0_p0 += Vector512.Load(y + t0 * yStride + p0 * Vector512<float>.Count);
        }

        y_t0_p0.Store(y + t0 * yStride + p0 * Vector512<float>.Count);
    }

    /// <summary>Adds the products of four columns. One call a token: both halves use the activations while a register holds them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddGroup(Vector512<byte> wLow, Vector512<byte> wHigh, int x4, ref Vector512<short> low, ref Vector512<short> high)
    {
        Vector512<sbyte> x = Vector512.Create(x4).AsSByte();
        low += Simd512.MultiplyAddAdjacent(wLow, x);
        high += Simd512.MultiplyAddAdjacent(wHigh, x);
    }

    /// <summary>
    /// y + d_w · d_x · Σ w·x, with Σ w·x = 16·high + low - 128·Σ x. One call a token, so that its temporaries end with it; the sums of a
    /// quantised row lie Columns / 32 words behind its scales.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddBlock(Vector512<float> y, Vector512<short> low, Vector512<short> high, Vector512<float> d, float* dx)
    {
        int sumX = ((int*)dx)[Columns / 32];
        Vector512<int> dot = Simd512.MultiplyAddAdjacent(low, Vector512.Create((short)1)) - Vector512.Create(sumX * 128);
        dot += Simd512.MultiplyAddAdjacent(high, Vector512.Create((short)16));
        return Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(dot), d * Vector512.Create(*dx), y);
    }
}
