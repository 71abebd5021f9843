using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelGen.Kernels;

/// <summary>
/// The same operations in 128-bit vectors: by ARM64's own instructions, which every ARM64 processor has, so that the questions for them are
/// answered by the compiler; by portable ones elsewhere (x86 without AVX2).
/// </summary>
internal static unsafe class Simd128
{
    /// <summary>a[2i]·b[2i] + a[2i+1]·b[2i+1] in 16 bits. Wraps, and a counts as signed on ARM64; the kernels keep a ≤ 63.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> MultiplyAddAdjacent(Vector128<byte> a, Vector128<sbyte> b)
    {
        if (AdvSimd.Arm64.IsSupported)
        {
            Vector128<short> lower = AdvSimd.MultiplyWideningLower(a.AsSByte().GetLower(), b.GetLower());
            return AdvSimd.Arm64.AddPairwise(lower, AdvSimd.MultiplyWideningUpper(a.AsSByte(), b));
        }

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
        if (AdvSimd.Arm64.IsSupported)
        {
            Vector128<int> lower = AdvSimd.MultiplyWideningLower(a.GetLower(), b.GetLower());
            return AdvSimd.Arm64.AddPairwise(lower, AdvSimd.MultiplyWideningUpper(a, b));
        }

        Vector128<int> even = ((a.AsInt32() << 16) >> 16) * ((b.AsInt32() << 16) >> 16);
        Vector128<int> odd = (a.AsInt32() >> 16) * (b.AsInt32() >> 16);
        return even + odd;
    }

    /// <summary>
    /// sum + a[4i]·x[0] + a[4i+1]·x[1] + a[4i+2]·x[2] + a[4i+3]·x[3] in each 32-bit lane i, all of them signed bytes. On ARM64 the
    /// processor must have the dot product instructions: who asks for quads has made sure of it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddQuads(Vector128<int> sum, Vector128<byte> a, byte* x)
    {
        Vector128<sbyte> four = Vector128.Create(*(int*)x).AsSByte();
        if (AdvSimd.IsSupported)
        {
            return Dp.DotProduct(sum, a.AsSByte(), four);
        }

        sum += MultiplyAddAdjacent((a.AsInt16() << 8) >> 8, (four.AsInt16() << 8) >> 8);
        return sum + MultiplyAddAdjacent(a.AsInt16() >> 8, four.AsInt16() >> 8);
    }

    /// <summary>The same of sixteen x, four for each vector of bytes. The instruction names its four within a vector of sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddQuads(
        Vector128<int> sum, Vector128<byte> first, Vector128<byte> second, Vector128<byte> third, Vector128<byte> fourth, byte* x)
    {
        if (AdvSimd.IsSupported)
        {
            Vector128<sbyte> sixteen = Vector128.Load((sbyte*)x);
            sum = Dp.DotProductBySelectedQuadruplet(sum, first.AsSByte(), sixteen, 0);
            sum = Dp.DotProductBySelectedQuadruplet(sum, second.AsSByte(), sixteen, 1);
            sum = Dp.DotProductBySelectedQuadruplet(sum, third.AsSByte(), sixteen, 2);
            return Dp.DotProductBySelectedQuadruplet(sum, fourth.AsSByte(), sixteen, 3);
        }

        return AddQuads(AddQuads(AddQuads(AddQuads(sum, first, x), second, x + 4), third, x + 8), fourth, x + 12);
    }

    /// <summary>Eight bytes of each of two places, in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Interleave(byte* even, byte* odd)
    {
        Vector128<byte> first = Vector64.Load(even).ToVector128Unsafe();
        Vector128<byte> second = Vector64.Load(odd).ToVector128Unsafe();
        return AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.ZipLow(first, second)
            : (Vector128.WidenLower(first) | (Vector128.WidenLower(second) << 8)).AsByte();
    }

    /// <summary>Four 16-bit words, sign-extended to 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LoadWords(void* words) => Vector128.WidenLower(Vector64.Load((short*)words).ToVector128Unsafe());

    /// <summary>Eight signed bytes as 16-bit words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> LoadSignedBytes(void* bytes) => Vector128.WidenLower(Vector64.Load((sbyte*)bytes).ToVector128Unsafe());

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
        if (AdvSimd.Arm64.IsSupported)
        {
            return AdvSimd.Arm64.MaxAcross(v).ToScalar();
        }

        v = Vector128.Max(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(v, Vector128.Shuffle(v, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>The largest lane; a NaN may go unseen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LargestLane(Vector128<float> v)
    {
        if (AdvSimd.Arm64.IsSupported)
        {
            return AdvSimd.Arm64.MaxAcross(v).ToScalar();
        }

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
    public static Vector128<float> SwapNeighbours(Vector128<float> v) =>
        AdvSimd.IsSupported ? AdvSimd.ReverseElement32(v.AsInt64()).AsSingle() : Vector128.Shuffle(v, Vector128.Create(1, 0, 3, 2));

    /// <summary>Lanes 0, 2, 1 and 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> SwapMiddle(Vector128<int> v) => Vector128.Shuffle(v, Vector128.Create(0, 2, 1, 3));

    /// <summary>Portable code leaves prefetching to the hardware.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* address)
    {
    }

    /// <summary>Leaves it to the hardware.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchBlock(byte* address, int bytes, bool everyLine)
    {
    }

    /// <summary>The words of a table at the indexes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Gather(int* table, Vector128<int> indexes) =>
        unchecked(Vector128.Create(
            table[indexes.ToScalar()], table[indexes.GetElement(1)], table[indexes.GetElement(2)], table[indexes.GetElement(3)]));
}
