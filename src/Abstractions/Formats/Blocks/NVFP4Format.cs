using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// NVFP4: blocks of 64 four-bit floats (E2M1), each sixteen with a byte for half of a scale (E4M3 without a sign); value = scale / 2 *
/// table[q], the table holding twice the floats' values, which are whole numbers. A block is the four bytes, then of each sixteen numbers
/// eight bytes: column i in the low and i + 8 in the high half. The byte 127, a NaN in other uses of E4M3, stands for 0, and the highest
/// bit for nothing.
/// A tile is one block of all sixteen rows (576 bytes): 4 bytes a row, which are 0 instead of 127 and have no highest bit, then of each
/// 32 columns four vectors of 16 rows x 4 bytes: byte i of vector g has column 4g + i in the low and 16 more in the high half.
/// Kernels read the table with 12 added and subtract 12 * sum(x).
/// </summary>
internal sealed unsafe class NVFP4Format() : TensorFormat(40, ActivationFormat.Int8Blocks)
{
    private const int BlockLength = 64;
    private const int BlockBytes = 36;
    private const int ScaleLength = 16;
    private const int Scales = BlockLength / ScaleLength;
    private const int TileBytes = StripRows * BlockBytes;
    private const int NaN = 127;

    private static readonly sbyte[] Table = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    // A row of padding has the scales 0, whatever its numbers.
    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int block = 0; block < columns / BlockLength; block++, strip += TileBytes)
        {
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)block * BlockBytes;
                for (int scale = 0; scale < Scales; scale++)
                {
                    strip[r * Scales + scale] = source == null || source[scale] == NaN ? (byte)0 : (byte)(source[scale] & NaN);
                }

                byte* numbers = strip + StripRows * Scales + r * 4;
                for (int pair = 0; pair < BlockLength / 2; pair++)
                {
                    // Of 32 columns the sixteen of one scale in low halves, those of the next in high ones.
                    int column = pair / ScaleLength * 2 * ScaleLength + pair % ScaleLength;
                    numbers[pair / 4 * StripRows * 4 + pair % 4] = source == null
                        ? (byte)0
                        : (byte)(Number(source, column) | Number(source, column + ScaleLength) << 4);
                }
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int block = 0; block < columns / BlockLength; block++, row += BlockBytes)
        {
            for (int column = 0; column < BlockLength; column++)
            {
                *values++ = Scale(row[column / ScaleLength]) * Table[Number(row, column)];
            }
        }
    }

    /// <summary>The four bits of a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Number(byte* block, int column) =>
        block[Scales + column / ScaleLength * 8 + column % 8] >> (column % ScaleLength / 8 * 4) & 15;

    /// <summary>Half of (1 + m / 8) * 2^(e - 7), of m / 8 * 2^-6 where e is 0.</summary>
    private static float Scale(byte code)
    {
        int e = code >> 3 & 15;
        int m = code & 7;
        uint bits = (uint)(e + 119) << 23 | (uint)m << 20;
        return code == NaN ? 0f : e == 0 ? m / 1024f : *(float*)&bits;
    }
}
