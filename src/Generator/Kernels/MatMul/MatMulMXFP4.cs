using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of an MXFP4 matrix (layout P16) and a tile of tokens whose
/// activations are rows of bytes.
/// </summary>
internal static unsafe class MatMulMXFP4
{
    private const int Columns = 256;
    private const int InputStride = 384;        // bytes from one row of bytes to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane (sdot)
    private const int TileBytes = 272;          // 16 bytes of powers of two, then 4 groups of 16 rows × (4 + 4) columns

    // Tile t: 16, 12, 12 tokens at Avx512, Avx2, Vector128: eight vectors of weights, four temporaries, one output a token.
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

        // Twice the value of each four-bit float, and 12.
        Vector512<byte> table = Simd512.Table(Vector128.Create((byte)12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0));

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
                Vector512<byte> numbers = Vector512.Load(tile + 16 + part);
                Vector512<byte> low0 = Simd512.LookUp(table, numbers & lowHalf);
                Vector512<byte> high0 = Simd512.LookUp(table, (numbers.AsUInt16() >>> 4).AsByte() & lowHalf);
                numbers = Vector512.Load(tile + 80 + part);
                Vector512<byte> low1 = Simd512.LookUp(table, numbers & lowHalf);
                Vector512<byte> high1 = Simd512.LookUp(table, (numbers.AsUInt16() >>> 4).AsByte() & lowHalf);
                numbers = Vector512.Load(tile + 144 + part);
                Vector512<byte> low2 = Simd512.LookUp(table, numbers & lowHalf);
                Vector512<byte> high2 = Simd512.LookUp(table, (numbers.AsUInt16() >>> 4).AsByte() & lowHalf);
                numbers = Vector512.Load(tile + 208 + part);
                Vector512<byte> low3 = Simd512.LookUp(table, numbers & lowHalf);
                Vector512<byte> high3 = Simd512.LookUp(table, (numbers.AsUInt16() >>> 4).AsByte() & lowHalf);
                Vector512<float> d = LoadScales(tile + part / 4);

                y_t0 = Add(y_t0, low0, low1, low2, low3, high0, high1, high2, high3, input + t0 * InputStride, scale + t0 * InputStride, d);
                tile += TileBytes;
                input += 32;
                scale += 4;
            }

            Finish(y_t0, y + t0 * yStride + part / 4);
        }
    }

    /// <summary>
    /// y + d_w · (d_x · Σ (w + 12)·x - 12 · d_x · Σ x). The row of bytes has -8 · d_x · Σ x, which counts one and a half times. One call
    /// a token, so that its temporaries end with it.
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
        Vector512<int> sum = FiveBitProducts.Sum(low0, low1, low2, low3, high0, high1, high2, high3, x, HasDot);
        Vector512<float> dot = Vector512.ConvertToSingle(sum);
        dot *= Vector512.Create(*(float*)scale);
        dot = Vector512.MultiplyAddEstimate(Vector512.Create(*(float*)(scale + Columns / 8)), Vector512.Create(1.5f), dot);
        return Vector512.MultiplyAddEstimate(dot, d, y);
    }

    /// <summary>2^(e - 128) of bytes e, half of the power that E8M0 gives them. The first two are subnormal floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LoadScales(byte* bytes)
    {
        Vector512<int> e = Simd512.LoadBytes(bytes);
        Vector512<int> subnormal = (e + Vector512<int>.One) << 21;
        Vector512<int> normal = (e - Vector512<int>.One) << 23;
        return Vector512.ConditionalSelect(Vector512.LessThan(e, Vector512.Create(2)), subnormal, normal).AsSingle();
    }

    /// <summary>Stores the sums of one token, or adds them to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector512<float> sums, float* y) => (Accumulate ? Vector512.Load(y) + sums : sums).Store(y);
}
