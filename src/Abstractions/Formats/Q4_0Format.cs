namespace ModelGen.Formats;

/// <summary>
/// Q4_0: blocks of 32 four-bit numbers with one half scale d; value = d * (q - 8). Byte i of a block holds column i in its low and
/// column i + 16 in its high half.
/// A tile is one block of all sixteen rows (288 bytes): 16 half scales, then four vectors of 16 rows x 4 bytes, vector g holding columns
/// 4g to 4g + 3 in the low and 16 more in the high halves. Kernels subtract 8 * sum(x).
/// </summary>
internal sealed unsafe class Q4_0Format() : TensorFormat(2, ActivationFormat.Int8Blocks)
{
    private const int BlockLength = 32;
    private const int BlockBytes = 18;
    private const int TileBytes = StripRows * BlockBytes;

    // A row of padding is made of zeros: scale 0, numbers 0 + 8.
    private const uint BiasOfEightColumns = 0x88888888;

    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int block = 0; block < columns / BlockLength; block++, strip += TileBytes)
        {
            ushort* scales = (ushort*)strip;
            uint* words = (uint*)(strip + StripRows * sizeof(ushort));
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)block * BlockBytes;
                scales[r] = source == null ? (ushort)0 : *(ushort*)source;
                for (int group = 0; group < BlockLength / 8; group++)
                {
                    words[group * StripRows + r] = source == null ? BiasOfEightColumns : ((uint*)(source + 2))[group];
                }
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int block = 0; block < columns / BlockLength; block++, row += BlockBytes, values += BlockLength)
        {
            float scale = HalfFloat.ToSingle(*(ushort*)row);
            for (int i = 0; i < BlockLength / 2; i++)
            {
                values[i] = scale * ((row[2 + i] & 15) - 8);
                values[i + BlockLength / 2] = scale * ((row[2 + i] >> 4) - 8);
            }
        }
    }
}
