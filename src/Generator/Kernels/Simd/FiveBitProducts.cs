using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Σ w·x of 32 columns of each row, w stored as five bits without a sign and x bytes from -127 to 127. Each vector has four columns of
/// every row: the low ones columns 0 to 15, the high ones 16 to 31. Two products, then two sums, as for weights of four bits.
/// </summary>
internal static unsafe class FiveBitProducts
{
    /// <summary>
    /// Weights of at most 31: the 16-bit sums of four groups stay within 4 · 2 · 31 · 127 = 31496, so each half is widened by itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Sum(
        Vector512<byte> low0, Vector512<byte> low1, Vector512<byte> low2, Vector512<byte> low3,
        Vector512<byte> high0, Vector512<byte> high1, Vector512<byte> high2, Vector512<byte> high3,
        byte* x,
        bool hasDot)
    {
        if (hasDot)
        {
            Vector512<int> quads = Simd512.AddQuads(Vector512<int>.Zero, low0, low1, low2, low3, x);
            return Simd512.AddQuads(quads, high0, high1, high2, high3, x + 16);
        }

        Vector512<short> even = Simd512.MultiplyAddAdjacent(low0, Vector512.Create(*(int*)x).AsSByte());
        Vector512<short> odd = Simd512.MultiplyAddAdjacent(low1, Vector512.Create(*(int*)(x + 4)).AsSByte());
        Vector512<short> nextEven = Simd512.MultiplyAddAdjacent(low2, Vector512.Create(*(int*)(x + 8)).AsSByte());
        Vector512<short> nextOdd = Simd512.MultiplyAddAdjacent(low3, Vector512.Create(*(int*)(x + 12)).AsSByte());
        even += nextEven;
        odd += nextOdd;
        nextEven = Simd512.MultiplyAddAdjacent(high0, Vector512.Create(*(int*)(x + 16)).AsSByte());
        nextOdd = Simd512.MultiplyAddAdjacent(high1, Vector512.Create(*(int*)(x + 20)).AsSByte());
        Vector512<short> low = even + odd;
        even = Simd512.MultiplyAddAdjacent(high2, Vector512.Create(*(int*)(x + 24)).AsSByte());
        odd = Simd512.MultiplyAddAdjacent(high3, Vector512.Create(*(int*)(x + 28)).AsSByte());
        nextEven += even;
        nextOdd += odd;
        Vector512<int> dot = Simd512.MultiplyAddAdjacent(low, Vector512.Create((short)1));
        Vector512<int> next = Simd512.MultiplyAddAdjacent(nextEven + nextOdd, Vector512.Create((short)1));
        return dot + next;
    }
}
