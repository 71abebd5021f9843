using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = q8(f(x)), or y = q8(f(x) · factor) where the network is gated, for the 32 values of one block of a quantised row.</summary>
internal static unsafe class ActivateQuantize
{
    private const int Columns = 256;            // of the quantised row; a multiple of 32
    private const bool Words = false;           // numbers of 16 bits, instead of bytes with their sums
    private const bool HasDot = false;          // one instruction adds the products of four bytes to a lane: numbers of 8 bits after all
    private const float Steps = 127f;           // the largest number; of 16 bits, one up to 32767

    // One of these, or none of them: f(x) = x.
    private const bool IsSilu = true;
    private const bool IsGelu = false;
    private const bool IsExactGelu = false;
    private const bool IsSquaredRelu = false;
    private const bool IsRelu = false;
    private const bool IsClampedSwiGlu = false; // f(x) and what becomes of the factor
    private const bool IsGated = true;

    /// <param name="x">32 floats.</param>
    /// <param name="factor">32 floats; not read where there is no gate.</param>
    /// <param name="row">Quantised row of Columns columns.</param>
    /// <param name="block">The block of <paramref name="row"/> that receives the values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, float* factor, byte* row, int block)
    {
        const int p0 = 0;
        byte* bytes = row + block * (Words && !HasDot ? 64 : 32);
        float* scales = (float*)(row + (Words ? 2 * Columns : Columns));

        // f(x), columns 0 to 15 and 16 to 31 of the block
        Vector512<float> low_p0 = Vector512.Load(x + p0 * Vector512<float>.Count);
        Vector512<float> high_p0 = Vector512.Load(x + 16 + p0 * Vector512<float>.Count);
        low_p0 = IsSilu ? ActivationMath.Silu(low_p0) : low_p0;
        high_p0 = IsSilu ? ActivationMath.Silu(high_p0) : high_p0;
        low_p0 = IsGelu ? ActivationMath.Gelu(low_p0) : low_p0;
        high_p0 = IsGelu ? ActivationMath.Gelu(high_p0) : high_p0;
        low_p0 = IsExactGelu ? ActivationMath.ExactGelu(low_p0) : low_p0;
        high_p0 = IsExactGelu ? ActivationMath.ExactGelu(high_p0) : high_p0;
        low_p0 = IsSquaredRelu ? ActivationMath.SquaredRelu(low_p0) : low_p0;
        high_p0 = IsSquaredRelu ? ActivationMath.SquaredRelu(high_p0) : high_p0;
        low_p0 = IsRelu ? Vector512.Max(low_p0, Vector512<float>.Zero) : low_p0;
        high_p0 = IsRelu ? Vector512.Max(high_p0, Vector512<float>.Zero) : high_p0;
        low_p0 = IsClampedSwiGlu ? ActivationMath.ClampedSwish(low_p0) : low_p0;
        high_p0 = IsClampedSwiGlu ? ActivationMath.ClampedSwish(high_p0) : high_p0;
        if (IsGated && IsClampedSwiGlu)
        {
            low_p0 *= ActivationMath.ClampedPlusOne(Vector512.Load(factor + p0 * Vector512<float>.Count));
            high_p0 *= ActivationMath.ClampedPlusOne(Vector512.Load(factor + 16 + p0 * Vector512<float>.Count));
        }
        else if (IsGated)
        {
            low_p0 *= Vector512.Load(factor + p0 * Vector512<float>.Count);
            high_p0 *= Vector512.Load(factor + 16 + p0 * Vector512<float>.Count);
        }

        // d = max / steps, q = round(y / d)
        Vector512<int> largest = Vector512<int>.Zero;
        largest = BlockQuantizer.Largest(largest, low_p0);
        largest = BlockQuantizer.Largest(largest, high_p0);
        Vector512<float> inverse = BlockQuantizer.StoreScale(largest, scales + block, Words && !HasDot ? Steps : 127f);
        if (Words && HasDot)
        {
            BlockQuantizer.StoreQuads(low_p0, inverse, bytes + p0 * Vector512<float>.Count);
            BlockQuantizer.StoreQuads(high_p0, inverse, bytes + 16 + p0 * Vector512<float>.Count);
        }
        else if (Words)
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
