using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

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

    // q + 128 for eight bytes at once. A row of padding is made of zeros: scale 0, bytes 0 + 128.
    private const ulong BiasOfEightColumns = 0x8080808080808080;

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
                ulong columns0 = 0;
                ulong columns8 = 0;
                ulong columns16 = 0;
                ulong columns24 = 0;
                if (rows[r] != null)
                {
                    byte* source = rows[r] + (long)block * BlockBytes;
                    scale = *(ushort*)source;
                    columns0 = *(ulong*)(source + 2);
                    columns8 = *(ulong*)(source + 10);
                    columns16 = *(ulong*)(source + 18);
                    columns24 = *(ulong*)(source + 26);
                }

                scales[r] = scale;
                WriteEight(columns0 ^ BiasOfEightColumns, words + r);
                WriteEight(columns8 ^ BiasOfEightColumns, words + 2 * StripRows + r);
                WriteEight(columns16 ^ BiasOfEightColumns, words + 4 * StripRows + r);
                WriteEight(columns24 ^ BiasOfEightColumns, words + 6 * StripRows + r);
            }
        }
    }

    /// <summary>Eight columns of one row: four in one vector, four in the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteEight(ulong columns, uint* words)
    {
        words[0] = (uint)columns;
        words[StripRows] = (uint)(columns >> 32);
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
