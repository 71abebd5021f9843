using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// Q8_0: blocks of 32 signed bytes with one half scale d; value = d * q.
/// A tile is one block of all sixteen rows (544 bytes): 16 half scales, then sixteen groups of 16 rows x 2 columns, which a kernel widens
/// to 16-bit words.
/// </summary>
internal sealed unsafe class Q8_0Format() : TensorFormat(8, ActivationFormat.Int16Blocks)
{
    private const int BlockLength = 32;
    private const int BlockBytes = 34;
    private const int TileBytes = StripRows * BlockBytes;

    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int block = 0; block < columns / BlockLength; block++, strip += TileBytes)
        {
            ushort* scales = (ushort*)strip;
            ushort* pairs = (ushort*)(strip + StripRows * sizeof(ushort));
            for (int r = 0; r < StripRows; r++)
            {
                // A row of padding is made of zeros.
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
                WriteEight(columns0, pairs + r);
                WriteEight(columns8, pairs + 4 * StripRows + r);
                WriteEight(columns16, pairs + 8 * StripRows + r);
                WriteEight(columns24, pairs + 12 * StripRows + r);
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

    /// <summary>Four pairs of columns of one row, each a group of sixteen rows apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteEight(ulong columns, ushort* pairs)
    {
        pairs[0] = (ushort)columns;
        pairs[StripRows] = (ushort)(columns >> 16);
        pairs[2 * StripRows] = (ushort)(columns >> 32);
        pairs[3 * StripRows] = (ushort)(columns >> 48);
    }
}
