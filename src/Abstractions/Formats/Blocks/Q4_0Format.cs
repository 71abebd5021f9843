using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// Q4_0: blocks of 32 four-bit numbers with one half scale d; value = d * (q - 8). The numbers stand as in <see cref="FourBitGroups"/>.
/// A tile is one block of all sixteen rows (288 bytes): 16 half scales, then the four vectors of numbers. Kernels subtract 8 * sum(x).
/// </summary>
internal sealed unsafe class Q4_0Format() : TensorFormat(2, ActivationFormat.Int8Blocks)
{
    private const int BlockLength = 32;
    private const int BlockBytes = 18;
    private const int TileBytes = StripRows * BlockBytes;

    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int block = 0; block < columns / BlockLength; block++, strip += TileBytes)
        {
            ushort* scales = (ushort*)strip;
            uint* vectors = (uint*)(strip + StripRows * sizeof(ushort));
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)block * BlockBytes;
                scales[r] = source == null ? (ushort)0 : *(ushort*)source;
                FourBitGroups.Write(source == null ? null : source + sizeof(ushort), vectors + r);
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int block = 0; block < columns / BlockLength; block++, row += BlockBytes)
        {
            float scale = HalfFloat.ToSingle(*(ushort*)row);
            for (int column = 0; column < BlockLength; column++)
            {
                *values++ = scale * (FourBitGroups.Number(row + sizeof(ushort), column) - 8);
            }
        }
    }
}
