using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Weights that are entries of a table (QuantizationGrids): words of four signed bytes a row, of which the even ones and the odd ones are
/// two columns that follow each other.
/// </summary>
internal static unsafe class GridColumns
{
    /// <summary>Four columns of each row, negative where the lowest four bits of its sign say so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Signed(Vector512<int> columns, Vector512<int> signs)
    {
        // The four bits in each byte, of which byte 0 to 3 take bit 0, 2, 1 and 3, as the columns stand.
        Vector512<int> bits = signs & Vector512.Create(15);
        bits |= bits << 8;
        bits |= bits << 16;
        Vector512<int> own = Vector512.Create(0x08020401);
        Vector512<byte> negative = Vector512.Equals((bits & own).AsByte(), own.AsByte());
        return (columns.AsByte() ^ negative) - negative;
    }

    /// <summary>Seven signs with the eighth that makes the number of negative ones even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> EvenSigns(Vector512<int> seven)
    {
        Vector512<int> signs = seven & Vector512.Create(127);
        Vector512<int> parity = signs ^ (signs >>> 4);
        parity ^= parity >>> 2;
        parity ^= parity >>> 1;
        return signs | ((parity & Vector512<int>.One) << 7);
    }

    /// <summary>The even bytes as upper halves of words: 256 times as large. For a dot product all four bytes, as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Even(Vector512<byte> columns, bool hasDot) => hasDot ? columns.AsInt16() : columns.AsInt16() << 8;

    /// <summary>The odd bytes as upper halves of words: 256 times as large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Odd(Vector512<byte> columns) => columns.AsInt16() & Vector512.Create(unchecked((short)0xFF00));
}
