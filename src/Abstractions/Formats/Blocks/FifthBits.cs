using System.Runtime.CompilerServices;

namespace ModelGen.Formats;

/// <summary>
/// The fifth bits of a block of 32 five-bit numbers: a 32-bit word whose bit c belongs to column c. In a tile they are one vector of
/// 16 rows x 4 bytes, bit g of byte i belonging to column 4g + i, so that one shift puts those of four columns in their places.
/// </summary>
internal static unsafe class FifthBits
{
    /// <summary>Sixteen more where the fifth bit of a column from 0 to 31 is set.</summary>
    public static int Sixteen(uint bits, int column) => (int)((bits >> column) & 1) << 4;

    /// <summary>The word of a row as a tile holds it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Regroup(uint bits) =>
        EveryFourth(bits) | EveryFourth(bits >> 1) << 8 | EveryFourth(bits >> 2) << 16 | EveryFourth(bits >> 3) << 24;

    /// <summary>Bits 0, 4, 8, … 28 next to each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint EveryFourth(uint bits)
    {
        bits &= 0x11111111;
        bits = (bits | bits >> 3) & 0x03030303;
        bits = (bits | bits >> 6) & 0x000F000F;
        return (bits | bits >> 12) & 0xFF;
    }
}
