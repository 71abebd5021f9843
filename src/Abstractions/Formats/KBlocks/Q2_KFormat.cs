using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// Q2_K: super-blocks of 256 two-bit numbers with half floats d and dmin, and for each run of 16 a scale s and a minimum m of four bits;
/// value = d * s * q - dmin * m. A super-block is 16 bytes with s in the low and m in the high half, the numbers (<see cref="BitPairs"/>),
/// d and dmin.
/// A tile is one super-block of all sixteen rows (1344 bytes): 16 d, 16 dmin, four vectors of 16 rows x 4 bytes of scales, then each
/// block's two vectors of numbers.
/// </summary>
internal sealed unsafe class Q2_KFormat() : TensorFormat(10, ActivationFormat.Int8Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 84;
    private const int NumbersOffset = 16;
    private const int DOffset = NumbersOffset + BitPairs.Length;
    private const int TileBytes = StripRows * SuperBlockBytes;

    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, strip += TileBytes)
        {
            ushort* halves = (ushort*)strip;
            uint* scales = (uint*)(halves + 2 * StripRows);
            uint* numbers = scales + 4 * StripRows;
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)superBlock * SuperBlockBytes;
                halves[r] = source == null ? (ushort)0 : *(ushort*)(source + DOffset);
                halves[StripRows + r] = source == null ? (ushort)0 : *(ushort*)(source + DOffset + 2);
                for (int i = 0; i < 4; i++)
                {
                    scales[i * StripRows + r] = source == null ? 0 : ((uint*)source)[i];
                }

                for (int run = 0; run < 16; run++)
                {
                    numbers[run * StripRows + r] = source == null ? 0 : BitPairs.Regroup(source + NumbersOffset, run * 16);
                }
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, row += SuperBlockBytes)
        {
            float d = HalfFloat.ToSingle(*(ushort*)(row + DOffset));
            float dmin = HalfFloat.ToSingle(*(ushort*)(row + DOffset + 2));
            for (int column = 0; column < SuperBlockLength; column++)
            {
                int scale = row[column / 16];
                *values++ = d * (scale & 15) * BitPairs.Of(row + NumbersOffset, column) - dmin * (scale >> 4);
            }
        }
    }
}
