namespace ModelGen.Formats;

/// <summary>
/// Q6_K: super-blocks of 256 six-bit numbers with a half scale d, and a signed byte s for each sixteen of them; value = d * s * (q - 32). A
/// super-block is 128 bytes of low halves, 64 bytes of high bit pairs, 16 scales and d. Each 128 columns are four runs of 32: byte i of
/// the first 32 low halves holds column i and, high, column i + 64; byte i of the next 32 holds 32 columns more of both; byte i of the 32
/// bytes of high bits holds those of all four runs, lowest first.
/// A tile is one super-block of all sixteen rows (3360 bytes): 16 half scales, for each block of 32 columns 16 pairs of scales, then for
/// each block four vectors of 16 rows x 4 bytes of low halves, vector g holding columns 4g to 4g + 3 in the low and 16 more in the high
/// halves, and two vectors of 16 rows x 4 bytes of high bits, the bit pair p of byte i being column 4p + i, 16 more in the second vector.
/// </summary>
internal sealed unsafe class Q6_KFormat() : TensorFormat(14, ActivationFormat.Int8Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 210;
    private const int HighOffset = 128;
    private const int ScalesOffset = 192;
    private const int DOffset = 208;
    private const int TileBytes = StripRows * SuperBlockBytes;
    private const int TilePairsOffset = StripRows * sizeof(ushort);
    private const int TileBlocksOffset = TilePairsOffset + StripRows * 16;
    private const int TileBlockBytes = 6 * StripRows * 4;

    // A row of padding is made of zeros: scales 0, numbers 0 + 32 (high bits 2).
    private const byte HighBitsOfZeros = 0xAA;

    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, strip += TileBytes)
        {
            for (int r = 0; r < StripRows; r++)
            {
                PackRow(rows[r] == null ? null : rows[r] + (long)superBlock * SuperBlockBytes, strip, r);
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, row += SuperBlockBytes)
        {
            float scale = HalfFloat.ToSingle(*(ushort*)(row + DOffset));
            for (int column = 0; column < SuperBlockLength; column++)
            {
                *values++ = scale * ((sbyte*)row)[ScalesOffset + column / 16] * (Number(row, column) - 32);
            }
        }
    }

    /// <summary>The six-bit number of a column.</summary>
    private static int Number(byte* superBlock, int column)
    {
        int half = column / 128;
        int run = column % 128 / 32;
        int i = column % 32;
        int low = superBlock[half * 64 + run % 2 * 32 + i] >> (run / 2 * 4);
        int high = superBlock[HighOffset + half * 32 + i] >> (run * 2);
        return (low & 15) | (high & 3) << 4;
    }

    private static void PackRow(byte* source, byte* tile, int row)
    {
        ((ushort*)tile)[row] = source == null ? (ushort)0 : *(ushort*)(source + DOffset);
        for (int block = 0; block < SuperBlockLength / 32; block++)
        {
            byte* pair = tile + TilePairsOffset + (block * StripRows + row) * 2;
            pair[0] = source == null ? (byte)0 : source[ScalesOffset + block * 2];
            pair[1] = source == null ? (byte)0 : source[ScalesOffset + block * 2 + 1];

            byte* packed = tile + TileBlocksOffset + block * TileBlockBytes + row * 4;
            for (int i = 0; i < 4; i++)
            {
                int lowBits = 0;
                int highBits = 0;
                for (int group = 0; group < 4; group++)
                {
                    int low = source == null ? 0 : Number(source, block * 32 + group * 4 + i);
                    int high = source == null ? 0 : Number(source, block * 32 + 16 + group * 4 + i);
                    packed[group * StripRows * 4 + i] = (byte)((low & 15) | (high & 15) << 4);
                    lowBits |= low >> 4 << (group * 2);
                    highBits |= high >> 4 << (group * 2);
                }

                packed[4 * StripRows * 4 + i] = source == null ? HighBitsOfZeros : (byte)lowBits;
                packed[5 * StripRows * 4 + i] = source == null ? HighBitsOfZeros : (byte)highBits;
            }
        }
    }
}
