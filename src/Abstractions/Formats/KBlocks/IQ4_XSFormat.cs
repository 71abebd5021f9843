using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// IQ4_XS: super-blocks of 256 four-bit indexes into IQ4_NL's table with a half scale d, and for each block of 32 a scale s of six bits;
/// value = d * (s - 32) * table[q]. A super-block is d, a word with the high bits of the scales, two a block, four bytes with their low
/// halves, one block in the low and the next in the high half, and each block's indexes (<see cref="FourBitGroups"/>).
/// A tile is one super-block of all sixteen rows (2176 bytes): 16 d, 16 words of high bits, 16 rows x 4 bytes of low halves, then each
/// block's four vectors of indexes, as IQ4_NL's.
/// </summary>
internal sealed unsafe class IQ4_XSFormat() : TensorFormat(23, ActivationFormat.Int16Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 136;
    private const int LowsOffset = 4;
    private const int NumbersOffset = 8;
    private const int TileBytes = StripRows * SuperBlockBytes;
    private const int BlockVectors = FourBitGroups.BlockBytes / 4;

    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, strip += TileBytes)
        {
            ushort* halves = (ushort*)strip;
            uint* lows = (uint*)(halves + 2 * StripRows);
            uint* vectors = lows + StripRows;
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)superBlock * SuperBlockBytes;
                halves[r] = source == null ? (ushort)0 : *(ushort*)source;
                halves[StripRows + r] = source == null ? (ushort)0 : ((ushort*)source)[1];
                lows[r] = source == null ? 0 : *(uint*)(source + LowsOffset);
                for (int block = 0; block < 8; block++)
                {
                    byte* numbers = source == null ? null : source + NumbersOffset + block * FourBitGroups.BlockBytes;
                    FourBitGroups.Write(numbers, vectors + block * BlockVectors * StripRows + r);
                }
            }

            IQ4_NLFormat.PairColumns(vectors, 8 * BlockVectors * StripRows);
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, row += SuperBlockBytes)
        {
            float d = HalfFloat.ToSingle(*(ushort*)row);
            int highs = ((ushort*)row)[1];
            for (int column = 0; column < SuperBlockLength; column++)
            {
                int block = column / 32;
                int scale = (row[LowsOffset + block / 2] >> (block % 2 * 4) & 15) | (highs >> (2 * block) & 3) << 4;
                int number = FourBitGroups.Number(row + NumbersOffset + block * FourBitGroups.BlockBytes, column % 32);
                *values++ = d * (scale - 32) * IQ4_NLFormat.Table[number];
            }
        }
    }
}
