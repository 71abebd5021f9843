using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y = q8(silu(gate) · up) with silu(x) = x / (1 + e⁻ˣ), for the 32 values of one block of a quantised row (Shazeer 2020).
/// </summary>
internal static unsafe class SwiGluQuantize
{
    private const int Columns = 256;            // of the quantised row; a multiple of 32
    private const bool Words = false;           // numbers of 16 bits, instead of bytes with their sums

    /// <param name="gate">32 floats.</param>
    /// <param name="up">32 floats.</param>
    /// <param name="row">Quantised row of Columns columns.</param>
    /// <param name="block">The block of <paramref name="row"/> that receives the values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* gate, float* up, byte* row, int block)
    {
        const int p0 = 0;
        byte* bytes = row + block * (Words ? 64 : 32);
        float* scales = (float*)(row + (Words ? 2 * Columns : Columns));

        // silu(gate) · up, columns 0 to 15 and 16 to 31 of the block
        Vector512<float> low_p0 = Vector512.Load(gate + p0 * Vector512<float>.Count);
        low_p0 /= Vector512<float>.One + VectorMath.Exp(-low_p0);
        low_p0 *= Vector512.Load(up + p0 * Vector512<float>.Count);
        Vector512<float> high_p0 = Vector512.Load(gate + 16 + p0 * Vector512<float>.Count);
        high_p0 /= Vector512<float>.One + VectorMath.Exp(-high_p0);
        high_p0 *= Vector512.Load(up + 16 + p0 * Vector512<float>.Count);

        // d = max / 127, q = round(y / d)
        Vector512<int> largest = Vector512<int>.Zero;
        largest = BlockQuantizer.Largest(largest, low_p0);
        largest = BlockQuantizer.Largest(largest, high_p0);
        Vector512<float> inverse = BlockQuantizer.StoreScale(largest, scales + block);
        if (Words)
        {
            BlockQuantizer.StoreWords(low_p0, inverse, bytes + p0 * Vector512<short>.Count);
            BlockQuantizer.StoreWords(high_p0, inverse, bytes + 32 + p0 * Vector512<short>.Count);
        }
        else
        {
            Vector512<int> lowSum = Vector512<int>.Zero;
            Vector512<int> highSum = Vector512<int>.Zero;
            lowSum = BlockQuantizer.StoreBytes(low_p0, inverse, bytes + p0 * Vector512<float>.Count, lowSum);
            highSum = BlockQuantizer.StoreBytes(high_p0, inverse, bytes + 16 + p0 * Vector512<float>.Count, highSum);
            BlockQuantizer.StoreSums(lowSum, highSum, scales + block, Columns / 32);
        }
    }
}
