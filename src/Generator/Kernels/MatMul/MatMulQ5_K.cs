using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of a Q5_K matrix (layout P16) and a tile of tokens whose
/// activations are rows of bytes.
/// </summary>
internal static unsafe class MatMulQ5_K
{
    private const int Columns = 256;
    private const int InputStride = 384;        // bytes from one row of bytes to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane (sdot)
    private const int TileBytes = 2816;         // 256 columns: 16 half scales, 16 half minima, 3 words of 16 rows, 8 blocks of 320 bytes

    // Tile t: 12, 12, 12 tokens at Avx512, Avx2, Vector128: eight vectors of weights, two of scales, four temporaries, one output a token.
    // At Avx2 and Vector128 outputs wait in memory, once a block, which costs less than taking the weights apart more often.
    /// <param name="strip">Columns / 256 tiles.</param>
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
        Vector512<byte> highBit = Vector512.Create((byte)16);

        // A vector narrower than the 64 bytes of a group holds some of the rows: the strip is walked once for each such part.
        for (int part = 0; part < 64; part += Vector512<byte>.Count)
        {
            byte* tile = strip;
            byte* q = x;
            byte* d = x + Columns;
            Vector512<float> y_t0 = Vector512<float>.Zero;
            for (int half = 0; half < Columns / 128; half++)
            {
                // Behind a row of bytes stands -8 · d_x · Σ x: an eighth of the minimum meets it.
                Vector512<float> factor = VectorMath.LoadHalf(tile + part / 2);
                Vector512<float> dmin = VectorMath.LoadHalf(tile + 32 + part / 2) * Vector512.Create(0.125f);
                Vector512<int> scales = Vector512.Load((int*)(tile + 64 + part));
                Vector512<int> minima = Vector512.Load((int*)(tile + 128 + part));
                Vector512<int> lows = Vector512.Load((int*)(tile + 192 + part));
                bool isLast = half % 2 != 0;
                scales = isLast ? PackedScales.Last(lows, scales) : PackedScales.First(scales);
                minima = isLast ? PackedScales.Last(lows >>> 4, minima) : PackedScales.First(minima);
                byte* group = tile + (isLast ? 1536 : 256) + part;
                for (int block = 0; block < 4; block++)
                {
                    if (PrefetchBytes != 0 && part == 0)
                    {
                        Simd512.PrefetchBlock(group + PrefetchBytes, 320, everyLine);
                    }

                    // Low halves are columns 4g to 4g + 3, high ones 16 more; bit g and bit 4 + g of a byte are the high bits of those.
                    Vector512<byte> bits = Vector512.Load(group + 256);
                    Vector512<byte> low0 = Vector512.Load(group);
                    Vector512<byte> high0 = ((low0.AsUInt16() >>> 4).AsByte() & lowHalf) | (bits & highBit);
                    low0 = (low0 & lowHalf) | ((bits.AsUInt16() << 4).AsByte() & highBit);
                    Vector512<byte> low1 = Vector512.Load(group + 64);
                    Vector512<byte> high1 = ((low1.AsUInt16() >>> 4).AsByte() & lowHalf) | ((bits.AsUInt16() >>> 1).AsByte() & highBit);
                    low1 = (low1 & lowHalf) | ((bits.AsUInt16() << 3).AsByte() & highBit);
                    Vector512<byte> low2 = Vector512.Load(group + 128);
                    Vector512<byte> high2 = ((low2.AsUInt16() >>> 4).AsByte() & lowHalf) | ((bits.AsUInt16() >>> 2).AsByte() & highBit);
                    low2 = (low2 & lowHalf) | ((bits.AsUInt16() << 2).AsByte() & highBit);
                    Vector512<byte> low3 = Vector512.Load(group + 192);
                    Vector512<byte> high3 = ((low3.AsUInt16() >>> 4).AsByte() & lowHalf) | ((bits.AsUInt16() >>> 3).AsByte() & highBit);
                    low3 = (low3 & lowHalf) | ((bits.AsUInt16() << 1).AsByte() & highBit);
                    Vector512<float> s = PackedScales.Scaled(scales, factor);
                    Vector512<float> m = PackedScales.Scaled(minima, dmin);

                    y_t0 = Add(y_t0, low0, low1, low2, low3, high0, high1, high2, high3, s, m, q + t0 * InputStride, d + t0 * InputStride);
                    scales >>>= 8;
                    minima >>>= 8;
                    group += 320;
                    q += 32;
                    d += 4;
                }

                tile += isLast ? TileBytes : 0;
            }

            Finish(y_t0, y + t0 * yStride + part / 4);
        }
    }

    /// <summary>
    /// y + d · s · d_x · Σ w·x - d_min · m · d_x · Σ x. One call a token, so that its temporaries end with it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(
        Vector512<float> y,
        Vector512<byte> low0, Vector512<byte> low1, Vector512<byte> low2, Vector512<byte> low3,
        Vector512<byte> high0, Vector512<byte> high1, Vector512<byte> high2, Vector512<byte> high3,
        Vector512<float> s, Vector512<float> m,
        byte* x,
        byte* d)
    {
        Vector512<int> sum = FiveBitProducts.Sum(low0, low1, low2, low3, high0, high1, high2, high3, x, HasDot);
        Vector512<float> dot = Vector512.ConvertToSingle(sum);
        y = Vector512.MultiplyAddEstimate(dot * Vector512.Create(*(float*)d), s, y);
        return Vector512.MultiplyAddEstimate(Vector512.Create(*(float*)(d + Columns / 8)), m, y);
    }

    /// <summary>Stores the sums of one token, or adds them to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector512<float> sums, float* y) => (Accumulate ? Vector512.Load(y) + sums : sums).Store(y);
}
