using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = q8(x): a row of floats in blocks of 32 signed bytes, each with d = max|x| / 127 and the sum of its bytes.</summary>
internal static unsafe class QuantizeRow
{
    private const int Length = 256;             // a multiple of 32

    /// <param name="x">Length floats.</param>
    /// <param name="y">Receives a quantised row of Length columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, byte* y)
    {
        const int p0 = 0;
        float* scales = (float*)(y + Length);
        int* sums = (int*)(y + Length + Length / 8);
        for (int block = 0; block < Length / 32; block++)
        {
            Vector512<float> low_p0 = Vector512.Load(x + p0 * Vector512<float>.Count);
            Vector512<float> high_p0 = Vector512.Load(x + 16 + p0 * Vector512<float>.Count);

            // d = max / 127, q = round(x / d)
            Vector512<int> largest = Vector512<int>.Zero;
            largest = BlockQuantizer.Largest(largest, low_p0);
            largest = BlockQuantizer.Largest(largest, high_p0);
            Vector512<float> inverse = BlockQuantizer.StoreScale(largest, scales + block);
            Vector512<int> sum = Vector512<int>.Zero;
            sum = BlockQuantizer.StoreBytes(low_p0, inverse, y + p0 * Vector512<float>.Count, sum);
            sum = BlockQuantizer.StoreBytes(high_p0, inverse, y + 16 + p0 * Vector512<float>.Count, sum);
            sums[block] = Vector512.Sum(sum);
            x += 32;
            y += 32;
        }
    }
}
