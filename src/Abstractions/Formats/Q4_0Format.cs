using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

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
    private const ulong BiasOfSixteenColumns = 0x8888888888888888;

    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int block = 0; block < columns / BlockLength; block++, strip += TileBytes)
        {
            ushort* scales = (ushort*)strip;
            uint* words = (uint*)(strip + StripRows * sizeof(ushort));
            for (int r = 0; r < StripRows; r++)
            {
                ushort scale = 0;
                ulong bytes0 = BiasOfSixteenColumns;
                ulong bytes8 = BiasOfSixteenColumns;
                if (rows[r] != null)
                {
                    byte* source = rows[r] + (long)block * BlockBytes;
                    scale = *(ushort*)source;
                    bytes0 = *(ulong*)(source + 2);
                    bytes8 = *(ulong*)(source + 10);
                }

                scales[r] = scale;
                words[r] = (uint)bytes0;
                words[StripRows + r] = (uint)(bytes0 >> 32);
                words[2 * StripRows + r] = (uint)bytes8;
                words[3 * StripRows + r] = (uint)(bytes8 >> 32);
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
