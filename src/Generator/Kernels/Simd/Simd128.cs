using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>The same operations in portable 128-bit vectors: ARM64, and x86 without AVX2.</summary>
internal static unsafe class Simd128
{
    /// <summary>a[2i]·b[2i] + a[2i+1]·b[2i+1] in 16 bits. Wraps; the kernels keep a ≤ 15, so that eight of these sums still fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> MultiplyAddAdjacent(Vector128<byte> a, Vector128<sbyte> b)
    {
        Vector128<short> evenA = (a.AsUInt16() & Vector128.Create((ushort)0xFF)).AsInt16();
        Vector128<short> oddA = (a.AsUInt16() >>> 8).AsInt16();
        Vector128<short> evenB = (b.AsInt16() << 8) >> 8;
        Vector128<short> oddB = b.AsInt16() >> 8;
        return evenA * evenB + oddA * oddB;
    }

    /// <summary>a[2i]·b[2i] + a[2i+1]·b[2i+1] in 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAddAdjacent(Vector128<short> a, Vector128<short> b)
    {
        Vector128<int> even = ((a.AsInt32() << 16) >> 16) * ((b.AsInt32() << 16) >> 16);
        Vector128<int> odd = (a.AsInt32() >> 16) * (b.AsInt32() >> 16);
        return even + odd;
    }

    /// <summary>Four 16-bit words, sign-extended to 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LoadWords(void* words) => Vector128.WidenLower(Vector128.CreateScalar(*(long*)words).AsInt16());

    /// <summary>Portable code leaves prefetching to the hardware.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* address)
    {
        _ = address;
    }
}
