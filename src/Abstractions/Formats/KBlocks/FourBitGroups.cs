using System.Runtime.CompilerServices;

namespace ModelGen.Formats;

/// <summary>
/// The sixteen bytes of four-bit numbers in a block of 32: byte i holds column i in its low and column i + 16 in its high half. In a tile
/// they are four vectors of 16 rows x 4 bytes, vector g holding columns 4g to 4g + 3 in the low and 16 more in the high halves.
/// </summary>
internal static unsafe class FourBitGroups
{
    /// <summary>Bytes of a block's numbers.</summary>
    public const int BlockBytes = 16;

    /// <summary>Writes one row's numbers into the vectors of a tile.</summary>
    /// <param name="numbers">The block's sixteen bytes; null for a row of padding, whose scale is 0.</param>
    /// <param name="vectors">The row's place in the first vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* numbers, uint* vectors)
    {
        ulong bytes0 = numbers == null ? 0 : *(ulong*)numbers;
        ulong bytes8 = numbers == null ? 0 : *(ulong*)(numbers + 8);
        vectors[0] = (uint)bytes0;
        vectors[TensorFormat.StripRows] = (uint)(bytes0 >> 32);
        vectors[2 * TensorFormat.StripRows] = (uint)bytes8;
        vectors[3 * TensorFormat.StripRows] = (uint)(bytes8 >> 32);
    }

    /// <summary>The number of a column from 0 to 31.</summary>
    public static int Number(byte* numbers, int column) => (numbers[column % BlockBytes] >> (column / BlockBytes * 4)) & 15;
}
