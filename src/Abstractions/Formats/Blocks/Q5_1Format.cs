using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// Q5_1: blocks of 32 five-bit numbers with a half scale d and a half minimum m; value = d * q + m. A block is d, m, the fifth bits (see
/// <see cref="FifthBits"/>) and the lower four (see <see cref="FourBitGroups"/>).
/// A tile is one block of all sixteen rows (384 bytes): 16 half scales, 16 half minima, the vector of fifth bits, then the four vectors of
/// the lower ones.
/// </summary>
internal sealed unsafe class Q5_1Format() : TensorFormat(7, ActivationFormat.Int8Blocks)
{
    private const int BlockLength = 32;
    private const int BlockBytes = 24;
    private const int TileBytes = StripRows * BlockBytes;
    private const int FifthBitsOffset = 2 * sizeof(ushort);
    private const int NumbersOffset = FifthBitsOffset + sizeof(uint);

    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int block = 0; block < columns / BlockLength; block++, strip += TileBytes)
        {
            ushort* scales = (ushort*)strip;
            uint* fifthBits = (uint*)(strip + StripRows * FifthBitsOffset);
            uint* vectors = (uint*)(strip + StripRows * NumbersOffset);
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)block * BlockBytes;
                scales[r] = source == null ? (ushort)0 : *(ushort*)source;
                scales[StripRows + r] = source == null ? (ushort)0 : ((ushort*)source)[1];
                fifthBits[r] = source == null ? 0 : FifthBits.Regroup(*(uint*)(source + FifthBitsOffset));
                FourBitGroups.Write(source == null ? null : source + NumbersOffset, vectors + r);
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int block = 0; block < columns / BlockLength; block++, row += BlockBytes)
        {
            float scale = HalfFloat.ToSingle(*(ushort*)row);
            float minimum = HalfFloat.ToSingle(((ushort*)row)[1]);
            uint fifthBits = *(uint*)(row + FifthBitsOffset);
            for (int column = 0; column < BlockLength; column++)
            {
                int number = FourBitGroups.Number(row + NumbersOffset, column) | FifthBits.Sixteen(fifthBits, column);
                *values++ = scale * number + minimum;
            }
        }
    }
}
