using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelGen.Kernels;

/// <summary>The same operations in portable 128-bit vectors: ARM64, and x86 without AVX2.</summary>
internal static unsafe class Simd128
{
    /// <summary>a[2i]·b[2i] + a[2i+1]·b[2i+1] in 16 bits. Wraps; the kernels keep a ≤ 63.</summary>
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

    /// <summary>Eight signed bytes as 16-bit words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> LoadSignedBytes(void* bytes) => Vector128.WidenLower(Vector128.CreateScalar(*(long*)bytes).AsSByte());

    /// <summary>Four unsigned bytes as 32-bit numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LoadBytes(void* bytes) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)bytes).AsByte())).AsInt32();

    /// <summary>A table of sixteen bytes as <see cref="LookUp"/> takes it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Table(Vector128<byte> bytes) => bytes;

    // Said apart: before .NET 10, Vector128.Shuffle takes a byte at a time where the indexes are no constants.
    /// <summary>The bytes of a table that <paramref name="indexes"/> name, each from 0 to 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LookUp(Vector128<byte> table, Vector128<byte> indexes) =>
        AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.VectorTableLookup(table, indexes)
            : Ssse3.IsSupported ? Ssse3.Shuffle(table, indexes) : Vector128.Shuffle(table, indexes);

    /// <summary>The largest lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LargestLane(Vector128<int> v)
    {
        v = Vector128.Max(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(v, Vector128.Shuffle(v, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>The largest lane; a NaN may go unseen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LargestLane(Vector128<float> v)
    {
        v = Vector128.MaxNative(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(v, Vector128.Shuffle(v, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>Stores the low byte of each lane: four bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreLowBytes(Vector128<int> v, byte* address)
    {
        Vector128<short> words = Vector128.Narrow(v, v);
        *(int*)address = Vector128.Narrow(words, words).AsInt32().ToScalar();
    }

    /// <summary>Stores the low word of each lane: four words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreLowWords(Vector128<int> v, byte* address) => *(long*)address = Vector128.Narrow(v, v).AsInt64().ToScalar();

    /// <summary>Lanes 1, 0, 3, 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SwapNeighbours(Vector128<float> v) => Vector128.Shuffle(v, Vector128.Create(1, 0, 3, 2));

    /// <summary>Portable code leaves prefetching to the hardware.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* address)
    {
    }

    /// <summary>The words of a table at the indexes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Gather(int* table, Vector128<int> indexes) =>
        unchecked(Vector128.Create(
            table[indexes.ToScalar()], table[indexes.GetElement(1)], table[indexes.GetElement(2)], table[indexes.GetElement(3)]));
}
