using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y = q8(x · weight / sqrt(mean(x²) + ε)): root mean square layer normalisation (Zhang and Sennrich 2019), straight into a quantised row.
/// </summary>
internal static unsafe class RmsNormQuantize
{
    private const int Length = 256;             // a multiple of 32
    private const bool Words = false;           // numbers of 16 bits, instead of bytes with their sums
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane: numbers of 8 bits after all
    private const float Steps = 127f;           // the largest number; of 16 bits, one up to 32767
    private const float Epsilon = 1E-05f;

    /// <param name="x">Length floats.</param>
    /// <param name="weight">Length floats.</param>
    /// <param name="y">Receives a quantised row of Length columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, float* weight, byte* y)
    {
        const int p0 = 0;
        float* scales = (float*)(y + (Words ? 2 * Length : Length));

        // Σ x² in two chains of vectors.
        Vector512<float> even = Vector512<float>.Zero;
        Vector512<float> odd = Vector512<float>.Zero;
        for (int i = 0; i < Length; i += 2 * Vector512<float>.Count)
        {
            Vector512<float> first = Vector512.Load(x + i);
            Vector512<float> second = Vector512.Load(x + i + Vector512<float>.Count);
            even = Vector512.MultiplyAddEstimate(first, first, even);
            odd = Vector512.MultiplyAddEstimate(second, second, odd);
        }

        Vector512<float> scale = Vector512.Create(1f / MathF.Sqrt(Vector512.Sum(even + odd) / Length + Epsilon));

        for (int block = 0; block < Length / 32; block++)
        {
            // (x / sqrt(mean + ε)) · weight, columns 0 to 15 and 16 to 31 of the block
            Vector512<float> low_p0 = Vector512.Load(x + p0 * Vector512<float>.Count) * scale;
            low_p0 *= Vector512.Load(weight + p0 * Vector512<float>.Count);
            Vector512<float> high_p0 = Vector512.Load(x + 16 + p0 * Vector512<float>.Count) * scale;
            high_p0 *= Vector512.Load(weight + 16 + p0 * Vector512<float>.Count);

            // d = max / steps, q = round(y / d)
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
            weight += 32;
            y += Words && !HasDot ? 64 : 32;
        }
    }
}
