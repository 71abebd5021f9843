using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// Q3_K: super-blocks of 256 three-bit numbers with a half scale d, and for each run of 16 a scale s of six bits;
/// value = d * (s - 32) * (q - 4). A super-block is 32 bytes of high bits, bit b of byte i being that of column i of block b, the low bits
/// (<see cref="BitPairs"/>), 12 bytes of scales and d. Bytes 0 to 7 of the scales have the low halves of s of runs 0 to 7 (low) and 8 to 15
/// (high), byte i of the last four the high bits of runs i, i + 4, i + 8 and i + 12, lowest first.
/// A tile is one super-block of all sixteen rows (1760 bytes): 16 d, three vectors of 16 rows x 4 bytes of scales, then for each block two
/// vectors of low bits and one of high bits, as Q5_K's.
/// </summary>
internal sealed unsafe class Q3_KFormat() : TensorFormat(11, ActivationFormat.Int8Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 110;
    private const int NumbersOffset = 32;
    private const int ScalesOffset = NumbersOffset + BitPairs.Length;
    private const int DOffset = ScalesOffset + 12;
    private const int TileBytes = StripRows * SuperBlockBytes;

    // A row of padding has the scale 0, whatever its numbers.
    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, strip += TileBytes)
        {
            ushort* halves = (ushort*)strip;
            uint* scales = (uint*)(halves + StripRows);
            uint* blocks = scales + 3 * StripRows;
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)superBlock * SuperBlockBytes;
                halves[r] = source == null ? (ushort)0 : *(ushort*)(source + DOffset);
                for (int i = 0; i < 3; i++)
                {
                    scales[i * StripRows + r] = source == null ? 0 : *(uint*)(source + ScalesOffset + i * 4);
                }

                for (int block = 0; block < 8; block++)
                {
                    uint* vectors = blocks + block * 3 * StripRows + r;
                    vectors[0] = source == null ? 0 : BitPairs.Regroup(source + NumbersOffset, block * 32);
                    vectors[StripRows] = source == null ? 0 : BitPairs.Regroup(source + NumbersOffset, block * 32 + 16);
                    vectors[2 * StripRows] = source == null ? 0 : KTile.HighBits(source, block);
                }
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, row += SuperBlockBytes)
        {
            float d = HalfFloat.ToSingle(*(ushort*)(row + DOffset));
            for (int column = 0; column < SuperBlockLength; column++)
            {
                int number = BitPairs.Of(row + NumbersOffset, column) | (row[column % 32] >> (column / 32) & 1) << 2;
                *values++ = d * (Scale(row + ScalesOffset, column / 16) - 32) * (number - 4);
            }
        }
    }

    /// <summary>The six-bit scale of a run.</summary>
    private static int Scale(byte* scales, int run) =>
        (scales[run % 8] >> (run / 8 * 4) & 15) | (scales[8 + run % 4] >> (run / 4 * 2) & 3) << 4;
}
