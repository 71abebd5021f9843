namespace ModelGen.Formats;

/// <summary>
/// Q8_0: blocks of 32 signed bytes with one half scale d; value = d * q.
/// A tile is one block of all sixteen rows (544 bytes): 16 half scales, then eight vectors of 16 rows x 4 columns. Bytes are stored
/// as q ^ 0x80 = q + 128, because the integer dot products of x86 want one unsigned operand; kernels subtract 128 * sum(x).
/// </summary>
internal sealed unsafe class Q8_0Format() : TensorFormat(8, ActivationFormat.Int8Blocks)
{
    private const int BlockLength = 32;
    private const int BlockBytes = 34;
    private const int TileBytes = StripRows * BlockBytes;

    // A row of padding is made of zeros: scale 0, bytes 0 + 128.
    private const uint BiasOfFourColumns = 0x80808080;

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
                for (int group = 0; group < BlockLength / 4; group++)
                {
                    words[group * StripRows + r] = source == null ? BiasOfFourColumns : ((uint*)(source + 2))[group] ^ BiasOfFourColumns;
                }
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int block = 0; block < columns / BlockLength; block++, row += BlockBytes)
        {
            float scale = HalfFloat.ToSingle(*(ushort*)row);
            for (int i = 0; i < BlockLength; i++)
            {
                *values++ = scale * (sbyte)row[2 + i];
            }
        }
    }
}
