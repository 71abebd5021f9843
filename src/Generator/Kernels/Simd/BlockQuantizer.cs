using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// What turns a block of 32 floats into whole numbers with a scale: d = max|x| / n, q = round(x · n / max|x|), with n steps from 0 to the
/// largest: 127, so that a number has a byte, or up to 32767 in words.
/// Halves round to even. A caller keeps the block in registers: it folds its vectors into the maximum, stores the scale, then the numbers
/// as bytes with their sums, as words, or as bytes for dot products (QuantizedRow says what a row
/// looks like).
/// </summary>
internal static unsafe class BlockQuantizer
{
    // 2⁻¹²⁶, rounded up: a scale below it would be a subnormal float, slow to multiply with, and n / max|x| near overflow. Such a block counts
    // as zero.
    private const float SmallestScale = 1.17559E-38f;

    /// <summary>The larger of what was seen and |x| in each lane, as bits: floats ≥ 0 are ordered as integers, NaN last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Largest(Vector512<int> largest, Vector512<float> x) => Vector512.Max(largest, Vector512.Abs(x).AsInt32());

    /// <summary>Stores d = max|x| / steps and returns steps / max|x|; both are 0 for a block of zeros and NaN for one that has a NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> StoreScale(Vector512<int> largest, float* d, float steps)
    {
        Vector512<float> maximum = Vector512.Create(Simd512.LargestLane(largest)).AsSingle();
        Vector512<float> zero = Vector512.LessThan(maximum, Vector512.Create(steps * SmallestScale));
        *d = Vector512.AndNot(maximum / Vector512.Create(steps), zero).ToScalar();
        return Vector512.AndNot(Vector512.Create(steps) / maximum, zero);
    }

    /// <summary>Stores q = round(x · inverse) and returns sum + q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> StoreBytes(Vector512<float> x, Vector512<float> inverse, byte* bytes, Vector512<int> sum)
    {
        Vector512<int> q = Vector512.ConvertToInt32Native(Vector512.Round(x * inverse));
        Simd512.StoreLowBytes(q, bytes);
        return sum + q;
    }

    /// <summary>Stores q = round(x · inverse) as 16-bit words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWords(Vector512<float> x, Vector512<float> inverse, byte* words) =>
        Simd512.StoreLowWords(Vector512.ConvertToInt32Native(Vector512.Round(x * inverse)), words);

    /// <summary>Stores q = round(x · inverse) as bytes, each four in the order 0, 2, 1, 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreQuads(Vector512<float> x, Vector512<float> inverse, byte* bytes) =>
        Simd512.StoreLowBytes(Simd512.SwapMiddle(Vector512.ConvertToInt32Native(Vector512.Round(x * inverse))), bytes);

    /// <summary>
    /// Stores what belongs to the bytes of a block whose scale stands at <paramref name="d"/>: <paramref name="blocks"/> words on
    /// -8 · d · Σ q, and as many further on Σ q of the first and of the last sixteen columns as two 16-bit words.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Vector512<int> lowSum, Vector512<int> highSum, float* d, int blocks)
    {
        int low = Vector512.Sum(lowSum);
        int high = Vector512.Sum(highSum);
        d[blocks] = *d * (-8 * (low + high));
        ((int*)d)[2 * blocks] = (high << 16) | (low & 0xFFFF);
    }
}
