using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y[t][row] = Σ_column W[row][column] · x[t][column] for one strip of 16 rows of a TQ1_0 matrix (layout P16) and a tile of tokens whose
/// activations are rows of bytes.
/// </summary>
internal static unsafe class MatMulTQ1_0
{
    private const int Columns = 256;
    private const int InputStride = 384;        // bytes from one row of bytes to the next
    private const int PrefetchBytes = 2048;     // how far ahead of its use the weight stream is asked for; 0: not at all
    private const bool Accumulate = false;      // y += W·x instead of y = W·x
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane (sdot)
    private const int TileBytes = 864;          // 256 columns: 16 half scales, 13 groups of 16 rows × 4 bytes of five digits

    // Tile t: 16, 12, 12 tokens at Avx512, Avx2, Vector128: eight vectors of weights, four temporaries, one output a token.
    // At Avx2 and Vector128 outputs wait in memory, once a block, which costs less than taking the weights apart more often.
    /// <param name="strip">Columns / 256 tiles: 16 half scales, 13 vectors of 16 rows × 4 bytes.</param>
    /// <param name="x">Rows of bytes of the tile's tokens.</param>
    /// <param name="y">Output of the strip's first row for the tile's first token.</param>
    /// <param name="yStride">Floats from one token's output to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* strip, byte* x, float* y, nint yStride)
    {
        const int t0 = 0;
        bool everyLine = global::ModelGen.CompilerServices.InstructionSets.PrefetchesEveryLine;

        // A vector narrower than the 64 bytes of a group holds some of the rows: the strip is walked once for each such part.
        for (int part = 0; part < 64; part += Vector512<byte>.Count)
        {
            byte* bytes = strip + 32 + part;
            byte* q = x;
            byte* e = x + Columns;
            Vector512<float> y_t0 = Vector512<float>.Zero;
            for (int block = 0; block < Columns / 32; block++)
            {
                if (PrefetchBytes != 0 && part == 0)
                {
                    // A tile is read five times over; this is one of its lines at a time.
                    Simd512.PrefetchBlock(bytes + PrefetchBytes + block % 8 * 108, 108, everyLine);
                }

                // Blocks 0 to 4 are the digits of eight vectors; 5 to 7 have pairs of digits of the next four, and at last four of one.
                int b = block % 8;
                byte* low = bytes + (b < 5 ? 0 : 512);
                byte* high = bytes + (b < 5 ? 256 : b < 7 ? 512 : 768);
                int next = b < 7 ? 64 : 0;
                short power = TernaryDigits.Power(b < 5 ? b : 2 * (b - 5));
                short upper = TernaryDigits.Power(b < 5 ? b : b < 7 ? 2 * (b - 5) + 1 : 0);
                Vector512<byte> low0 = TernaryDigits.Digit(low, power);
                Vector512<byte> low1 = TernaryDigits.Digit(low + 64, power);
                Vector512<byte> low2 = TernaryDigits.Digit(low + 128, power);
                Vector512<byte> low3 = TernaryDigits.Digit(low + 192, power);
                Vector512<byte> high0 = TernaryDigits.Digit(high, upper);
                Vector512<byte> high1 = TernaryDigits.Digit(high + next, b < 7 ? upper : TernaryDigits.Power(1));
                Vector512<byte> high2 = TernaryDigits.Digit(high + 2 * next, b < 7 ? upper : TernaryDigits.Power(2));
                Vector512<byte> high3 = TernaryDigits.Digit(high + 3 * next, b < 7 ? upper : TernaryDigits.Power(3));
                Vector512<float> d = VectorMath.LoadHalf(bytes - 32 - part / 2);

                y_t0 = Add(y_t0, low0, low1, low2, low3, high0, high1, high2, high3, q + t0 * InputStride, e + t0 * InputStride, d);
                bytes += b == 7 ? TileBytes : 0;
                q += 32;
                e += 4;
            }

            Finish(y_t0, y + t0 * yStride + part / 4);
        }
    }

    /// <summary>
    /// y + d_w · d_x · (Σ (w + 1)·x - Σ x). Weights are stored as w + 1, at most 2, and the row of bytes has -8 · d_x · Σ x. One call a
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
