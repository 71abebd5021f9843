using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of a Q4_1 matrix (layout P16) and a tile of tokens whose
/// activations are rows of bytes.
/// </summary>
internal static unsafe class MatMulQ4_1
{
    private const int Columns = 256;
    private const int InputStride = 384;        // bytes from one row of bytes to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane (sdot)
    private const int TileBytes = 320;          // 16 half scales and minima, then 4 groups of 16 rows × (4 + 4) columns

    // Tile t: 12, 12, 12 tokens at Avx512, Avx2, Vector128: eight vectors of weights, two of scales, four temporaries, one output a token.
    // At Avx2 and Vector128 outputs wait in memory, once a block, which costs less than taking the weights apart more often.
    /// <param name="strip">Columns / 32 tiles.</param>
    /// <param name="x">Rows of bytes of the tile's tokens.</param>
    /// <param name="y">Output of the strip's first row for the tile's first token.</param>
    /// <param name="yStride">Floats from one token's output to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* strip, byte* x, float* y, nint yStride)
    {
        const int t0 = 0;
        bool everyLine = global::ModelGen.CompilerServices.InstructionSets.PrefetchesEveryLine;
        Vector512<byte> lowHalf = Vector512.Create((byte)15);

        // A vector narrower than the 64 bytes of a group holds some of the rows: the strip is walked once for each such part.
        for (int part = 0; part < 64; part += Vector512<byte>.Count)
        {
            byte* tile = strip;
            byte* input = x;
            byte* scale = x + Columns;
            Vector512<float> y_t0 = Vector512<float>.Zero;
            for (int block = 0; block < Columns / 32; block++)
            {
                if (PrefetchBytes != 0 && part == 0)
                {
                    Simd512.PrefetchBlock(tile + PrefetchBytes, TileBytes, everyLine);
                }

                // Low halves are columns 4g to 4g + 3, high ones 16 more.
                Vector512<byte> low0 = Vector512.Load(tile + 64 + part);
                Vector512<byte> high0 = (low0.AsUInt16() >>> 4).AsByte() & lowHalf;
                low0 &= lowHalf;
                Vector512<byte> low1 = Vector512.Load(tile + 128 + part);
                Vector512<byte> high1 = (low1.AsUInt16() >>> 4).AsByte() & lowHalf;
                low1 &= lowHalf;
                Vector512<byte> low2 = Vector512.Load(tile + 192 + part);
                Vector512<byte> high2 = (low2.AsUInt16() >>> 4).AsByte() & lowHalf;
                low2 &= lowHalf;
                Vector512<byte> low3 = Vector512.Load(tile + 256 + part);
                Vector512<byte> high3 = (low3.AsUInt16() >>> 4).AsByte() & lowHalf;
                low3 &= lowHalf;
                Vector512<float> d = VectorMath.LoadHalf(tile + part / 2);
                Vector512<float> minimum = VectorMath.LoadHalf(tile + 32 + part / 2) * Vector512.Create(-0.125f);

                y_t0 = Add(y_t0, low0, low1, low2, low3, high0, high1, high2, high3, input, scale, t0 * InputStride, d, minimum);
                tile += TileBytes;
                input += 32;
                scale += 4;
            }

            Finish(y_t0, y + t0 * yStride + part / 4);
        }
    }

    /// <summary>
    /// y + d_w · d_x · Σ q·x + m · d_x · Σ x. The row of bytes has -8 · d_x · Σ x, so <paramref name="minimum"/> is -m/8, which is exact.
    /// Called once a token, with the distance of its row, so that its temporaries end with it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(
        Vector512<float> y,
        Vector512<byte> low0, Vector512<byte> low1, Vector512<byte> low2, Vector512<byte> low3,
        Vector512<byte> high0, Vector512<byte> high1, Vector512<byte> high2, Vector512<byte> high3,
        byte* x,
        byte* scale,
        int token,
        Vector512<float> d,
        Vector512<float> minimum)
    {
        Vector512<int> dot = FourBitProducts.Sum(low0, low1, low2, low3, high0, high1, high2, high3, x + token, HasDot);
        Vector512<float> scaled = Vector512.ConvertToSingle(dot) * Vector512.Create(*(float*)(scale + token));
        y = Vector512.MultiplyAddEstimate(scaled, d, y);
        return Vector512.MultiplyAddEstimate(Vector512.Create(*(float*)(scale + token + Columns / 8)), minimum, y);
    }

    /// <summary>Stores the sums of one token, or adds them to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector512<float> sums, float* y) => (Accumulate ? Vector512.Load(y) + sums : sums).Store(y);
}
