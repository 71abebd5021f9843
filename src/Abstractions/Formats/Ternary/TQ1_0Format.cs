using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// TQ1_0: super-blocks of 256 ternary digits with a half scale d; value = d * (q - 1). A super-block is 52 bytes of five digits each and d:
/// a byte is a fraction of 256 whose digits after the point, to base 3, are the numbers. Digit n of the first 32 bytes are columns 32n to
/// 32n + 31, of the next 16 bytes columns 160 + 16n to 175 + 16n, of the last four, which have four digits, columns 240 + 4n to 243 + 4n.
/// A tile is one super-block of all sixteen rows (864 bytes): 16 d, then 13 vectors of 16 rows x 4 bytes in their order.
/// </summary>
internal sealed unsafe class TQ1_0Format() : TensorFormat(34, ActivationFormat.Int8Blocks)
{
    private const int SuperBlockLength = 256;
    private const int Words = 13;
    private const int DOffset = Words * sizeof(uint);
    private const int SuperBlockBytes = DOffset + sizeof(ushort);
    private const int TileBytes = StripRows * SuperBlockBytes;

    // A row of padding has the scale 0, whatever its numbers.
    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, strip += TileBytes)
        {
            ushort* halves = (ushort*)strip;
            uint* words = (uint*)(halves + StripRows);
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)superBlock * SuperBlockBytes;
                halves[r] = source == null ? (ushort)0 : *(ushort*)(source + DOffset);
                for (int i = 0; i < Words; i++)
                {
                    words[i * StripRows + r] = source == null ? 0 : *(uint*)(source + i * sizeof(uint));
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
                *values++ = (Digit(row, column) - 1) * d;
            }
        }
    }

    private static int Digit(byte* bytes, int column)
    {
        (int index, int digit) = column switch
        {
            < 160 => (column % 32, column / 32),
            < 240 => (32 + column % 16, (column - 160) / 16),
            _ => (48 + column % 4, (column - 240) / 4),
        };
        int fraction = bytes[index];
        for (int i = 0; i < digit; i++)
        {
            fraction = fraction * 3 & 0xFF;
        }

        return fraction * 3 >> 8;
    }
}
