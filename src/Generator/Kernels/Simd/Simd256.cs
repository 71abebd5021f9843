using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelGen.Kernels;

/// <summary>What only AVX2 does its own way; everything else in the kernels is written with the widths' common operations.</summary>
internal static unsafe class Simd256
{
    /// <summary>a[2i]·b[2i] + a[2i+1]·b[2i+1] in 16 bits. Saturates; the kernels keep a ≤ 63.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> MultiplyAddAdjacent(Vector256<byte> a, Vector256<sbyte> b) => Avx2.MultiplyAddAdjacent(a, b);

    /// <summary>a[2i]·b[2i] + a[2i+1]·b[2i+1] in 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAddAdjacent(Vector256<short> a, Vector256<short> b) => Avx2.MultiplyAddAdjacent(a, b);

    /// <summary>
    /// sum + a[4i]·x[0] + a[4i+1]·x[1] + a[4i+2]·x[2] + a[4i+3]·x[3] in each 32-bit lane i, all of them signed bytes. .NET 10 has no such
    /// instruction of 256 bits for signed bytes: the even bytes as words, then the odd ones.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddQuads(Vector256<int> sum, Vector256<byte> a, byte* x)
    {
        Vector256<short> four = Vector256.Create(*(int*)x).AsInt16();
        sum += MultiplyAddAdjacent((a.AsInt16() << 8) >> 8, (four << 8) >> 8);
        return sum + MultiplyAddAdjacent(a.AsInt16() >> 8, four >> 8);
    }

    /// <summary>The same of sixteen x, four for each vector of bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddQuads(
        Vector256<int> sum, Vector256<byte> first, Vector256<byte> second, Vector256<byte> third, Vector256<byte> fourth, byte* x)
    {
        return AddQuads(AddQuads(AddQuads(AddQuads(sum, first, x), second, x + 4), third, x + 8), fourth, x + 12);
    }

    /// <summary>Sixteen bytes of each of two places, in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Interleave(byte* even, byte* odd) =>
        (Avx2.ConvertToVector256Int16(Vector128.Load(even)) | (Avx2.ConvertToVector256Int16(Vector128.Load(odd)) << 8)).AsByte();

    /// <summary>Eight 16-bit words, sign-extended to 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadWords(void* words) => Avx2.ConvertToVector256Int32(Vector128.Load((short*)words));

    /// <summary>Sixteen signed bytes as 16-bit words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> LoadSignedBytes(void* bytes) => Avx2.ConvertToVector256Int16(Vector128.Load((sbyte*)bytes));

    /// <summary>Eight unsigned bytes as 32-bit numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadBytes(void* bytes) =>
        Avx2.ConvertToVector256Int32(Vector128.CreateScalar(*(long*)bytes).AsByte());

    /// <summary>A table of sixteen bytes as <see cref="LookUp"/> takes it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Table(Vector128<byte> bytes) => Vector256.Create(bytes);

    /// <summary>The bytes of a table that <paramref name="indexes"/> name, each from 0 to 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LookUp(Vector256<byte> table, Vector256<byte> indexes) => Avx2.Shuffle(table, indexes);

    /// <summary>The largest lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LargestLane(Vector256<int> v)
    {
        Vector128<int> half = Vector128.Max(v.GetLower(), v.GetUpper());
        half = Vector128.Max(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(half, Vector128.Shuffle(half, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>The largest lane; a NaN may go unseen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LargestLane(Vector256<float> v)
    {
        Vector128<float> half = Vector128.MaxNative(v.GetLower(), v.GetUpper());
        half = Vector128.MaxNative(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(half, Vector128.Shuffle(half, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>Stores the low byte of each lane: eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreLowBytes(Vector256<int> v, byte* address)
    {
        Vector128<short> words = Vector128.Narrow(v.GetLower(), v.GetUpper());
        *(long*)address = Vector128.Narrow(words, words).AsInt64().ToScalar();
    }

    /// <summary>Stores the low word of each lane: eight words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreLowWords(Vector256<int> v, byte* address) =>
        Vector128.Narrow(v.GetLower(), v.GetUpper()).Store((short*)address);

    /// <summary>Lanes 1, 0, 3, 2, …</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SwapNeighbours(Vector256<float> v) => Avx.Permute(v, 0b10_11_00_01);

    /// <summary>Of each four lanes 0, 2, 1 and 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> SwapMiddle(Vector256<int> v) => Avx2.Shuffle(v, 0b11_01_10_00);

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
    public static Vector256<int> Gather(int* table, Vector256<int> indexes) =>
        Avx2.GatherVector256(table, indexes, sizeof(int));
}
