using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of a Q8_0 matrix (layout P16) and a tile of tokens whose
/// activations are rows of words.
/// </summary>
internal static unsafe class MatMulQ8_0
{
    private const int Columns = 256;
    private const int InputStride = 576;        // bytes from one row of words to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane (sdot)
    private const int TileBytes = 544;          // 16 half scales, then 16 groups of 16 rows × 2 columns

    // Tile t: 12, 12, 12 tokens at Avx512, Avx2, Vector128: two accumulators a token, four vectors of weights, four temporaries.
    // At Avx2 and Vector128 outputs wait in memory, once a block, which costs less than taking the weights apart more often.
    /// <param name="strip">Columns / 32 tiles.</param>
    /// <param name="x">Rows of words of the tile's tokens.</param>
    /// <param name="y">Output of the strip's first row for the tile's first token.</param>
    /// <param name="yStride">Floats from one token's output to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* strip, byte* x, float* y, nint yStride)
    {
        const int t0 = 0;
        bool everyLine = global::ModelGen.CompilerServices.InstructionSets.PrefetchesEveryLine;

        // A vector narrower than the 32 words of a group holds some of the rows: the strip is walked once for each such part.
        for (int part = 0; part < 32; part += Vector512<short>.Count)
        {
            byte* group = strip + part;
            byte* input = x;
            byte* scale = x + 2 * Columns;
            Vector512<float> y_t0 = Vector512<float>.Zero;
            for (int block = 0; block < Columns / 32; block++)
            {
                if (PrefetchBytes != 0 && part == 0)
                {
                    Simd512.PrefetchBlock(group + PrefetchBytes, TileBytes, everyLine);
                }

                Vector512<float> d = VectorMath.LoadHalf(group);
                Vector512<int> sum_t0 = Vector512<int>.Zero;
                group += 32;
                if (HasDot)
                {
                    for (int g = 0; g < 2; g++)
                    {
                        // Columns 16g to 16g + 15, four a vector in the order 0, 2, 1, 3.
                        Vector512<byte> first = Simd512.Interleave(group, group + 32);
                        Vector512<byte> second = Simd512.Interleave(group + 64, group + 96);
                        Vector512<byte> third = Simd512.Interleave(group + 128, group + 160);
                        Vector512<byte> fourth = Simd512.Interleave(group + 192, group + 224);
                        sum_t0 = Simd512.AddQuads(sum_t0, first, second, third, fourth, input + t0 * InputStride);
                        group += 256;
                        input += 16;
                    }
                }
                else
                {
                    for (int g = 0; g < 4; g++)
                    {
                        // Columns 8g to 8g + 7, two a vector, as words.
                        Vector512<short> first = Simd512.LoadSignedBytes(group);
                        Vector512<short> second = Simd512.LoadSignedBytes(group + 32);
                        Vector512<short> third = Simd512.LoadSignedBytes(group + 64);
                        Vector512<short> fourth = Simd512.LoadSignedBytes(group + 96);
                        sum_t0 = WordProducts.Add(sum_t0, first, second, third, fourth, input + t0 * InputStride, next: 8, HasDot);
                        group += 128;
                        input += 16;
                    }
                }

                y_t0 = AddBlock(y_t0, sum_t0, d, scale + t0 * InputStride);
                scale += 4;
            }

            Finish(y_t0, y + t0 * yStride + part / 2);
        }
    }

    /// <summary>y + d_w · d_x · Σ w·x. One call a token, so that its temporaries end with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddBlock(Vector512<float> y, Vector512<int> sum, Vector512<float> d, byte* scale) =>
        Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(sum), d * Vector512.Create(*(float*)scale), y);

    /// <summary>Stores the sums of one token, or adds them to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(Vector512<float> sums, float* y) => (Accumulate ? Vector512.Load(y) + sums : sums).Store(y);
}
