using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of a Q1_0 matrix (layout P16) and a tile of tokens whose
/// activations are rows of bytes.
/// </summary>
internal static unsafe class MatMulQ1_0
{
    private const int Columns = 256;
    private const int InputStride = 384;        // bytes from one row of bytes to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane (sdot)
    private const int TileBytes = 288;          // 16 rows × (2 + 16) bytes

    // Tile t: 16, 12, 12 tokens at Avx512, Avx2, Vector128: eight vectors of weights, four temporaries, one output a token.
    // At Avx2 and Vector128 outputs wait in memory, once a block, which costs less than taking the weights apart more often.
    /// <param name="strip">Columns / 128 tiles: 16 half scales, 4 blocks of 16 rows × 32 bits.</param>
    /// <param name="x">Rows of bytes of the tile's tokens.</param>
    /// <param name="y">Output of the strip's first row for the tile's first token.</param>
    /// <param name="yStride">Floats from one token's output to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* strip, byte* x, float* y, nint yStride)
    {
        const int t0 = 0;
        bool everyLine = global::ModelGen.CompilerServices.InstructionSets.PrefetchesEveryLine;
        Vector512<byte> two = Vector512.Create((byte)2);

        // A vector narrower than the 64 bytes of a group holds some of the rows: the strip is walked once for each such part.
        for (int part = 0; part < 64; part += Vector512<byte>.Count)
        {
            byte* group = strip + part;
            byte* q = x;
            byte* e = x + Columns;
            Vector512<float> y_t0 = Vector512<float>.Zero;
            for (int tile = 0; tile < Columns / 128; tile++)
            {
                if (PrefetchBytes != 0 && part == 0)
                {
                    Simd512.PrefetchBlock(group + PrefetchBytes, TileBytes, everyLine);
                }

                Vector512<float> d = VectorMath.LoadHalf(group - part / 2);
                group += 32;
                for (int block = 0; block < 4; block++)
                {
                    // Bit g of a byte is a column of group g: 2 where it is set.
                    Vector512<byte> bits = Vector512.Load(group);
                    Vector512<byte> low0 = (bits.AsUInt16() << 1).AsByte() & two;
                    Vector512<byte> low1 = bits & two;
                    Vector512<byte> low2 = (bits.AsUInt16() >>> 1).AsByte() & two;
                    Vector512<byte> low3 = (bits.AsUInt16() >>> 2).AsByte() & two;
                    Vector512<byte> high0 = (bits.AsUInt16() >>> 3).AsByte() & two;
                    Vector512<byte> high1 = (bits.AsUInt16() >>> 4).AsByte() & two;
                    Vector512<byte> high2 = (bits.AsUInt16() >>> 5).AsByte() & two;
                    Vector512<byte> high3 = (bits.AsUInt16() >>> 6).AsByte() & two;

                    y_t0 = Add(y_t0, low0, low1, low2, low3, high0, high1, high2, high3, q + t0 * InputStride, e + t0 * InputStride, d);
                    group += 64;
                    q += 32;
                    e += 4;
                }
            }

            Finish(y_t0, y + t0 * yStride + part / 4);
        }
    }

    /// <summary>
    /// y + d_w · d_x · (Σ (w + 1)·x - Σ x). Weights w are ±1, w + 1 is 0 or 2, and the row of bytes has -8 · d_x · Σ x. One call a
    /// token, so that its temporaries end with it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(
        Vector512<float> y,
        Vector512<byte> low0, Vector512<byte> low1, Vector512<byte> low2, Vector512<byte> low3,
        Vector512<byte> high0, Vector512<byte> high1, Vector512<byte> high2, Vector512<byte> high3,
        byte* x,
        byte* scale,
        Vector512<float> d)
    {
        Vector512<int> sum = FourBitProducts.Sum(low0, low1, low2, low3, high0, high1, high2, high3, x, HasDot);
        Vector512<float> dot = Vector512.ConvertToSingle(sum);
        dot *= Vector512.Create(*(float*)scale);
        dot = Vector512.MultiplyAddEstimate(Vector512.Create(*(float*)(scale + Columns / 8)), Vector512.Create(0.125f), dot);
        return Vector512.MultiplyAddEstimate(dot, d, y);
    }

    /// <summary>Stores the sums of one token, or adds them to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector512<float> sums, float* y) => (Accumulate ? Vector512.Load(y) + sums : sums).Store(y);
}
