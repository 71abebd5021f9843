using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of an IQ4_XS matrix (layout P16) and a tile of tokens whose
/// activations are rows of words.
/// </summary>
internal static unsafe class MatMulIQ4_XS
{
    private const int Columns = 256;
    private const int InputStride = 576;        // bytes from one row of words to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane (sdot)

    // Tile t: 12, 12, 12 tokens at Avx512, Avx2, Vector128: two accumulators a token, four vectors of weights, four temporaries.
    // At Avx2 and Vector128 outputs wait in memory, once a block, which costs less than taking the weights apart more often.
    /// <param name="strip">Columns / 256 tiles: 16 half scales, 16 words of high bits, 16 × 4 bytes of low halves, 8 × 256 bytes.</param>
    /// <param name="x">Rows of words of the tile's tokens.</param>
    /// <param name="y">Output of the strip's first row for the tile's first token.</param>
    /// <param name="yStride">Floats from one token's output to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* strip, byte* x, float* y, nint yStride)
    {
        const int t0 = 0;
        bool everyLine = global::ModelGen.CompilerServices.InstructionSets.PrefetchesEveryLine;
        Vector512<byte> lowHalf = Vector512.Create((byte)15);
        Vector512<byte> table = Simd512.Table(
            Vector128.Create((sbyte)-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113).AsByte());

        // A vector narrower than the 64 bytes of a group holds some of the rows: the strip is walked once for each such part.
        for (int part = 0; part < 64; part += Vector512<byte>.Count)
        {
            byte* group = strip + part;
            byte* input = x;
            byte* scale = x + 2 * Columns;
            Vector512<float> y_t0 = Vector512<float>.Zero;
            for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
            {
                // Words are 256 times the weights: so are their sums, below 2²⁷, and d is that much smaller, exactly.
                Vector512<float> d = VectorMath.LoadHalf(group - part / 2) * Vector512.Create(HasDot ? 1f : 1f / 256);
                Vector512<int> highs = Simd512.LoadWords(group + 32 - part / 2);
                Vector512<int> lows = Vector512.Load((int*)(group + 64));
                group += 128;
                for (int block = 0; block < 8; block++)
                {
                    if (PrefetchBytes != 0 && part == 0)
                    {
                        Simd512.PrefetchBlock(group + PrefetchBytes, 256, everyLine);
                    }

                    // s + 32: a low half and two high bits.
                    Vector512<int> s = (lows & Vector512.Create(15)) | ((highs & Vector512.Create(3)) << 4);
                    Vector512<float> factor = Vector512.ConvertToSingle(s - Vector512.Create(32)) * d;
                    lows >>>= 4;
                    highs >>>= 2;
                    Vector512<int> sum_t0 = Vector512<int>.Zero;
                    for (int g = 0; g < 4; g++)
                    {
                        // As in IQ4_NL: the even bytes are two columns, and so are the odd ones, as upper halves of words.
                        Vector512<byte> indexes = Vector512.Load(group);
                        Vector512<byte> low = Simd512.LookUp(table, indexes & lowHalf);
                        Vector512<byte> high = Simd512.LookUp(table, (indexes.AsUInt16() >>> 4).AsByte() & lowHalf);
                        Vector512<short> first = GridColumns.Even(low, HasDot);
                        Vector512<short> second = GridColumns.Odd(low);
                        Vector512<short> third = GridColumns.Even(high, HasDot);
                        Vector512<short> fourth = GridColumns.Odd(high);
                        sum_t0 = WordProducts.Add(sum_t0, first, second, third, fourth, input + t0 * InputStride, next: 32, HasDot);
                        group += 64;
                        input += HasDot ? 4 : 8;
                    }

                    y_t0 = AddBlock(y_t0, sum_t0, factor, scale + t0 * InputStride);
                    input += HasDot ? 16 : 32;
                    scale += 4;
                }
            }

            Finish(y_t0, y + t0 * yStride + part / 4);
        }
    }

    /// <summary>
    /// y + d_x · (d_w · s / 256 · 256 · Σ w·x). The sum meets its own scale first: the product of two small scales could be a subnormal
    /// float.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddBlock(Vector512<float> y, Vector512<int> sum, Vector512<float> d, byte* scale) =>
        Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(sum) * d, Vector512.Create(*(float*)scale), y);

    /// <summary>Stores the sums of one token, or adds them to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector512<float> sums, float* y) => (Accumulate ? Vector512.Load(y) + sums : sums).Store(y);
}
