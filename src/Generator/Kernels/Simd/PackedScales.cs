using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// The six-bit scales and minima of the eight blocks of a Q4_K or Q5_K super-block, as each row has them in three words: the first has the
/// scales of blocks 0 to 3, a byte each, the second their minima, the third the low halves of those of blocks 4 to 7, scales in the low
/// halves of its bytes. What lies above six bits in the first two are the others' high bits.
/// </summary>
internal static unsafe class PackedScales
{
    /// <summary>Scales or minima of blocks 0 to 3, a byte each, of the word that has them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> First(Vector512<int> word) => word & Vector512.Create(0x3F3F3F3F);

    /// <summary>Those of blocks 4 to 7: <paramref name="lows"/> has their low halves, <paramref name="word"/> the high bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Last(Vector512<int> lows, Vector512<int> word) =>
        (lows & Vector512.Create(0x0F0F0F0F)) | ((word >>> 2) & Vector512.Create(0x30303030));

    /// <summary>The lowest byte of each row, times its factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scaled(Vector512<int> bytes, Vector512<float> factor) =>
        Vector512.ConvertToSingle(bytes & Vector512.Create(0xFF)) * factor;
}
