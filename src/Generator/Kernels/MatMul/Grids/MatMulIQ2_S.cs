using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of an IQ2_S matrix (layout P16) and a tile of tokens whose
/// activations are rows of words.
/// </summary>
internal static unsafe class MatMulIQ2_S
{
    private const int Columns = 256;
    private const int InputStride = 576;        // bytes from one row of words to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane (sdot)
    private const int TileBytes = 1312;         // 256 columns, as docs/weights-format.md has them

    // Tile t: 12, 6, 6 tokens at Avx512, Avx2, Vector128: two accumulators a token, four vectors of weights, six temporaries.
    /// <param name="strip">Columns / 256 tiles.</param>
    /// <param name="x">Rows of words of the tile's tokens.</param>
    /// <param name="y">Output of the strip's first row for the tile's first token.</param>
    /// <param name="yStride">Floats from one token's output to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* strip, byte* x, float* y, nint yStride)
    {
        const int t0 = 0;
        bool everyLine = global::ModelGen.CompilerServices.InstructionSets.PrefetchesEveryLine;
        int* grid = global::ModelGen.CompilerServices.QuantizationGrids.Iq2S;

        // A vector narrower than the 64 bytes of a group holds some of the rows: the strip is walked once for each such part.
        for (int part = 0; part < 64; part += Vector512<byte>.Count)
        {
            byte* tile = strip;
            byte* q = x;
            byte* e = x + 2 * Columns;
            Vector512<float> y_t0 = Vector512<float>.Zero;
            for (int block = 0; block < Columns / 32; block++)
            {
                if (PrefetchBytes != 0 && part == 0)
                {
                    Simd512.PrefetchBlock(tile + PrefetchBytes + block % 8 * (TileBytes / 8), TileBytes / 8, everyLine);
                }

                // Words are 256 times the weights: so are their sums, below 2²⁷, and d is that much smaller, exactly.
                int b = block % 8;
                Vector512<float> d = VectorMath.LoadHalf(tile + part / 2) * Vector512.Create(HasDot ? 0.25f : 0.25f / 256);
                Vector512<int> scales = Vector512.Load((int*)(tile + 1184 + b / 4 * 64 + part)) >>> (b % 4 * 8);
                Vector512<int> highs = Vector512.Load((int*)(tile + 1056 + b / 4 * 64 + part)) >>> (b % 4 * 8);
                Vector512<int> indexes = Vector512.Load((int*)(tile + 32 + b * 64 + part));
                Vector512<int> signs = Vector512.Load((int*)(tile + 544 + b * 64 + part));
                for (int half = 0; half < 2; half++)
                {
                    Vector512<int> s = (scales >>> (half * 4)) & Vector512.Create(15);
                    Vector512<float> factor = (Vector512.ConvertToSingle(s) + Vector512.Create(0.5f)) * d;
                    Vector512<int> sum_t0 = Vector512<int>.Zero;
                    for (int octet = 0; octet < 2; octet++)
                    {
                        Vector512<int> entry = ((indexes & Vector512.Create(255)) | ((highs & Vector512.Create(3)) << 8)) << 1;
                        Vector512<byte> low = GridColumns.Signed(Simd512.Gather(grid, entry), signs);
                        Vector512<byte> high = GridColumns.Signed(Simd512.Gather(grid + 1, entry), signs >>> 4);
                        indexes >>>= 8;
                        signs >>>= 8;
                        highs >>>= 2;
                        Vector512<short> first = GridColumns.Even(low, HasDot);
                        Vector512<short> second = GridColumns.Odd(low);
                        Vector512<short> third = GridColumns.Even(high, HasDot);
                        Vector512<short> fourth = GridColumns.Odd(high);
                        sum_t0 = WordProducts.Add(sum_t0, first, second, third, fourth, q + t0 * InputStride, next: 8, HasDot);
                        q += HasDot ? 8 : 16;
                    }

                    y_t0 = AddBlock(y_t0, sum_t0, factor, e + t0 * InputStride);
                }

                e += 4;
                tile += b == 7 ? TileBytes : 0;
            }

            Finish(y_t0, y + t0 * yStride + part / 4);
        }
    }

    /// <summary>
    /// y + d_x · (factor · Σ w·x). The sum meets its own scale first: the product of two small scales could be a subnormal float.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddBlock(Vector512<float> y, Vector512<int> sum, Vector512<float> factor, byte* scale) =>
        Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(sum) * factor, Vector512.Create(*(float*)scale), y);

    /// <summary>Stores the sums of one token, or adds them to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector512<float> sums, float* y) => (Accumulate ? Vector512.Load(y) + sums : sums).Store(y);
}
