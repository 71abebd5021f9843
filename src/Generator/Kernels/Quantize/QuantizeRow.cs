using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = q8(x): a row of floats in blocks of 32 whole numbers up to ±127 or finer ones, each with d = max|x| / steps.</summary>
internal static unsafe class QuantizeRow
{
    private const int Length = 256;             // a multiple of 32
    private const bool Words = false;           // numbers of 16 bits, instead of bytes with their sums
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane: numbers of 8 bits after all
    private const float Steps = 127f;           // the largest number; of 16 bits, one up to 32767

    /// <param name="x">Length floats.</param>
    /// <param name="y">Receives a quantised row of Length columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, byte* y)
    {
        const int p0 = 0;
        float* scales = (float*)(y + (Words ? 2 * Length : Length));
        for (int block = 0; block < Length / 32; block++)
        {
            Vector512<float> low_p0 = Vector512.Load(x + p0 * Vector512<float>.Count);
            Vector512<float> high_p0 = Vector512.Load(x + 16 + p0 * Vector512<float>.Count);

            // d = max / steps, q = round(x / d)
            Vector512<int> largest = Vector512<int>.Zero;
            largest = BlockQuantizer.Largest(largest, low_p0);
            largest = BlockQuantizer.Largest(largest, high_p0);
            Vector512<float> inverse = BlockQuantizer.StoreScale(largest, scales + block, Words && !HasDot ? Steps : 127f);
            if (Words && HasDot)
            {
                BlockQuantizer.StoreQuads(low_p0, inverse, y + p0 * Vector512<float>.Count);
                BlockQuantizer.StoreQuads(high_p0, inverse, y + 16 + p0 * Vector512<float>.Count);
            }
            else if (Words)
            {
                BlockQuantizer.StoreWords(low_p0, inverse, y + p0 * Vector512<short>.Count);
                BlockQuantizer.StoreWords(high_p0, inverse, y + 32 + p0 * Vector512<short>.Count);
            }
            else
            {
                Vector512<int> lowSum = Vector512<int>.Zero;
                Vector512<int> highSum = Vector512<int>.Zero;
                lowSum = BlockQuantizer.StoreBytes(low_p0, inverse, y + p0 * Vector512<float>.Count, lowSum);
                highSum = BlockQuantizer.StoreBytes(high_p0, inverse, y + 16 + p0 * Vector512<float>.Count, highSum);
                BlockQuantizer.StoreSums(lowSum, highSum, scales + block, Length / 32);
            }
            x += 32;
            y += Words && !HasDot ? 64 : 32;
        }
    }
}
