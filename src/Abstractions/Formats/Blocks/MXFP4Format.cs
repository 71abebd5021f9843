using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// MXFP4: blocks of 32 four-bit floats (E2M1) with a byte e for a power of two (E8M0); value = 2^(e - 128) * table[q], the table holding
/// twice the floats' values, which are whole numbers. The numbers stand as in <see cref="FourBitGroups"/>. The byte 255, a NaN in other
/// uses of E8M0, is a power as any other.
/// A tile is one block of all sixteen rows (272 bytes): 16 bytes e, then the four vectors of numbers.
/// Kernels read the table with 12 added and subtract 12 * sum(x).
/// </summary>
internal sealed unsafe class MXFP4Format() : TensorFormat(39, ActivationFormat.Int8Blocks)
{
    private const int BlockLength = 32;
    private const int BlockBytes = 17;
    private const int TileBytes = StripRows * BlockBytes;

    private static readonly sbyte[] Table = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int block = 0; block < columns / BlockLength; block++, strip += TileBytes)
        {
            uint* vectors = (uint*)(strip + StripRows);
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)block * BlockBytes;
                strip[r] = source == null ? (byte)0 : *source;
                FourBitGroups.Write(source == null ? null : source + 1, vectors + r);
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int block = 0; block < columns / BlockLength; block++, row += BlockBytes)
        {
            float scale = Scale(*row);
            for (int column = 0; column < BlockLength; column++)
            {
                *values++ = scale * Table[FourBitGroups.Number(row + 1, column)];
            }
        }
    }

    /// <summary>2^(e - 128); 2^-128 and 2^-127 are subnormal floats.</summary>
    private static float Scale(byte e)
    {
        uint bits = e < 2 ? (uint)(e + 1) << 21 : (uint)(e - 1) << 23;
        return *(float*)&bits;
    }
}
