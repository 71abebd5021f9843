namespace ModelGen.Formats;

/// <summary>
/// The low two bits of a Q2_K or Q3_K super-block's 256 numbers: 64 bytes, of which byte i of each 32 holds column i of four blocks of 32,
/// lowest first. In a tile each block is two vectors of 16 rows x 4 bytes: bit pair g of byte i is column 4g + i, 16 more in the second.
/// </summary>
internal static unsafe class BitPairs
{
    /// <summary>Bytes of a super-block's pairs.</summary>
    public const int Length = 64;

    /// <summary>The pair of a column from 0 to 255.</summary>
    public static int Of(byte* pairs, int column) => pairs[column / 128 * 32 + column % 32] >> (column % 128 / 32 * 2) & 3;

    /// <summary>The four bytes of a tile that hold sixteen columns of a row, from <paramref name="first"/> on.</summary>
    public static uint Regroup(byte* pairs, int first)
    {
        uint word = 0;
        for (int column = 0; column < 16; column++)
        {
            word |= (uint)Of(pairs, first + column) << (column % 4 * 8 + column / 4 * 2);
        }

        return word;
    }
}
