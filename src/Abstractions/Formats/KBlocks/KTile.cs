namespace ModelGen.Formats;

/// <summary>What the tiles of K formats have in common.</summary>
internal static unsafe class KTile
{
    private const ulong LowHalves = 0x0F0F0F0F0F0F0F0F;

    /// <summary>Packs d, dmin and the scales of one row's super-block.</summary>
    /// <param name="source">The super-block, or null for zeros.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="row">Row of the tile.</param>
    /// <returns>Where the row's first block goes.</returns>
    public static byte* PackScales(byte* source, byte* tile, int row)
    {
        ushort* halves = (ushort*)tile;
        halves[row] = source == null ? (ushort)0 : *(ushort*)source;
        halves[TensorFormat.StripRows + row] = source == null ? (ushort)0 : *(ushort*)(source + 2);
        uint* words = (uint*)(tile + 2 * TensorFormat.StripRows * sizeof(ushort)) + row;
        for (int i = 0; i < SixBitScales.Length / sizeof(uint); i++)
        {
            words[i * TensorFormat.StripRows] = source == null ? 0 : *(uint*)(source + 4 + i * sizeof(uint));
        }

        return (byte*)(words + SixBitScales.Length / sizeof(uint) * TensorFormat.StripRows);
    }

    /// <summary>Packs the low four bits of two blocks.</summary>
    /// <param name="source">32 bytes, one block's numbers in the low and the other's in the high halves; null for zeros.</param>
    /// <param name="block">The row's place in the first block; its four words lie sixteen rows apart.</param>
    /// <param name="blockBytes">Bytes from one block to the next.</param>
    public static void PackNumbers(byte* source, byte* block, int blockBytes)
    {
        for (int half = 0; half < 2; half++)
        {
            ulong first = source == null ? 0 : *(ulong*)(source + half * 8);
            ulong last = source == null ? 0 : *(ulong*)(source + 16 + half * 8);
            Store(block, half, (first & LowHalves) | (last & LowHalves) << 4);
            Store(block + blockBytes, half, (first >> 4 & LowHalves) | (last & ~LowHalves));
        }

        // Eight columns are two words.
        static void Store(byte* block, int half, ulong numbers)
        {
            uint* words = (uint*)block + half * 2 * TensorFormat.StripRows;
            words[0] = (uint)numbers;
            words[TensorFormat.StripRows] = (uint)(numbers >> 32);
        }
    }

    /// <summary>The high bits of a block's 32 columns, bit <paramref name="block"/> of each byte, as its four bytes of a tile.</summary>
    public static uint HighBits(byte* high, int block)
    {
        uint bits = 0;
        for (int group = 0; group < 8; group++)
        {
            bits |= (*(uint*)(high + group * 4) >> block & 0x01010101) << group;
        }

        return bits;
    }
}
