using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelGen.Kernels;

/// <summary>What only AVX-512 does its own way; everything else in the kernels is written with the widths' common operations.</summary>
internal static unsafe class Simd512
{
    /// <summary>a[2i]·b[2i] + a[2i+1]·b[2i+1] in 16 bits. Saturates; the kernels keep a ≤ 63.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> MultiplyAddAdjacent(Vector512<byte> a, Vector512<sbyte> b) => Avx512BW.MultiplyAddAdjacent(a, b);

    /// <summary>a[2i]·b[2i] + a[2i+1]·b[2i+1] in 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAddAdjacent(Vector512<short> a, Vector512<short> b) => Avx512BW.MultiplyAddAdjacent(a, b);

    /// <summary>
    /// sum + a[4i]·x[0] + a[4i+1]·x[1] + a[4i+2]·x[2] + a[4i+3]·x[3] in each 32-bit lane i, all of them signed bytes. .NET 10 has no such
    /// instruction of 512 bits for signed bytes: the even bytes as words, then the odd ones.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddQuads(Vector512<int> sum, Vector512<byte> a, byte* x)
    {
        Vector512<short> four = Vector512.Create(*(int*)x).AsInt16();
        sum += MultiplyAddAdjacent((a.AsInt16() << 8) >> 8, (four << 8) >> 8);
        return sum + MultiplyAddAdjacent(a.AsInt16() >> 8, four >> 8);
    }

    /// <summary>The same of sixteen x, four for each vector of bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddQuads(
        Vector512<int> sum, Vector512<byte> first, Vector512<byte> second, Vector512<byte> third, Vector512<byte> fourth, byte* x)
    {
        return AddQuads(AddQuads(AddQuads(AddQuads(sum, first, x), second, x + 4), third, x + 8), fourth, x + 12);
    }

    /// <summary>Thirty-two bytes of each of two places, in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Interleave(byte* even, byte* odd) =>
        (Avx512BW.ConvertToVector512Int16(Vector256.Load(even)) | (Avx512BW.ConvertToVector512Int16(Vector256.Load(odd)) << 8)).AsByte();

    /// <summary>Sixteen 16-bit words, sign-extended to 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadWords(void* words) => Avx512F.ConvertToVector512Int32(Vector256.Load((short*)words));

    /// <summary>Thirty-two signed bytes as 16-bit words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> LoadSignedBytes(void* bytes) => Avx512BW.ConvertToVector512Int16(Vector256.Load((sbyte*)bytes));

    /// <summary>Sixteen unsigned bytes as 32-bit numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadBytes(void* bytes) => Avx512F.ConvertToVector512Int32(Vector128.Load((byte*)bytes));

    /// <summary>A table of sixteen bytes as <see cref="LookUp"/> takes it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Table(Vector128<byte> bytes) => Vector512.Create(bytes);

    /// <summary>The bytes of a table that <paramref name="indexes"/> name, each from 0 to 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LookUp(Vector512<byte> table, Vector512<byte> indexes) => Avx512BW.Shuffle(table, indexes);

    /// <summary>The largest lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LargestLane(Vector512<int> v)
    {
        Vector256<int> half = Vector256.Max(v.GetLower(), v.GetUpper());
        Vector128<int> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        quarter = Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>The largest lane; a NaN may go unseen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LargestLane(Vector512<float> v)
    {
        Vector256<float> half = Vector256.MaxNative(v.GetLower(), v.GetUpper());
        Vector128<float> quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        quarter = Vector128.MaxNative(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(quarter, Vector128.Shuffle(quarter, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>Stores the low byte of each lane: sixteen bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreLowBytes(Vector512<int> v, byte* address) => Avx512F.ConvertToVector128Byte(v).Store(address);

    /// <summary>Stores the low word of each lane: sixteen words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreLowWords(Vector512<int> v, byte* address) => Avx512F.ConvertToVector256Int16(v).Store((short*)address);

    /// <summary>Lanes 1, 0, 3, 2, …</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SwapNeighbours(Vector512<float> v) => Avx512F.Permute4x32(v, 0b10_11_00_01);

    /// <summary>Of each four lanes 0, 2, 1 and 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> SwapMiddle(Vector512<int> v) => Avx512F.Shuffle(v, 0b11_01_10_00);

    /// <summary>Asks for the cache line at <paramref name="address"/>; any address is allowed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* address) => Sse.Prefetch0(address);

    /// <summary>Asks for the next block of a stream of weights: its first cache line, or all of them. Any address is allowed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchBlock(byte* address, int bytes, bool everyLine)
    {
        int end = everyLine ? bytes : 1;
        for (int line = 0; line < end; line += 64)
        {
            Sse.Prefetch0(address + line);
        }
    }

    /// <summary>The words of a table at the indexes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Gather(int* table, Vector512<int> indexes) =>
        Vector512.Create(
            Avx2.GatherVector256(table, indexes.GetLower(), sizeof(int)), Avx2.GatherVector256(table, indexes.GetUpper(), sizeof(int)));
}
