using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// Q4_1: blocks of 32 four-bit numbers with a half scale d and a half minimum m; value = d * q + m. The numbers stand as in
/// <see cref="FourBitGroups"/>.
/// A tile is one block of all sixteen rows (320 bytes): 16 half scales, 16 half minima, then the four vectors of numbers.
/// </summary>
internal sealed unsafe class Q4_1Format() : TensorFormat(3, ActivationFormat.Int8Blocks)
{
    private const int BlockLength = 32;
    private const int BlockBytes = 20;
    private const int TileBytes = StripRows * BlockBytes;
    private const int NumbersOffset = 2 * sizeof(ushort);

    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int block = 0; block < columns / BlockLength; block++, strip += TileBytes)
        {
            ushort* scales = (ushort*)strip;
            uint* vectors = (uint*)(strip + StripRows * NumbersOffset);
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)block * BlockBytes;
                scales[r] = source == null ? (ushort)0 : *(ushort*)source;
                scales[StripRows + r] = source == null ? (ushort)0 : ((ushort*)source)[1];
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
            for (int column = 0; column < BlockLength; column++)
            {
                *values++ = scale * FourBitGroups.Number(row + NumbersOffset, column) + minimum;
            }
        }
    }
}
