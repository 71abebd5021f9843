namespace ModelGen.Formats;

/// <summary>
/// Q8_0: blocks of 32 signed bytes with one half scale d; value = d * q.
/// A tile is one block of all sixteen rows (544 bytes): 16 half scales, then sixteen groups of 16 rows x 2 columns, which a kernel widens to
/// 16-bit words.
/// </summary>
internal sealed unsafe class Q8_0Format() : TensorFormat(8, ActivationFormat.Int16Blocks)
{
    private const int BlockLength = 32;
    private const int BlockBytes = 34;
    private const int TileBytes = StripRows * BlockBytes;

    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int block = 0; block < columns / BlockLength; block++, strip += TileBytes)
        {
            ushort* scales = (ushort*)strip;
            ushort* pairs = (ushort*)(strip + StripRows * sizeof(ushort));
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)block * BlockBytes;
                scales[r] = source == null ? (ushort)0 : *(ushort*)source;
                for (int group = 0; group < BlockLength / 2; group++)
                {
                    pairs[group * StripRows + r] = source == null ? (ushort)0 : ((ushort*)(source + 2))[group];
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
