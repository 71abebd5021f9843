using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// Q4_K: super-blocks of 256 four-bit numbers with half floats d and dmin, and for each block of 32 a scale s and a minimum m of six bits;
/// value = d * s * q - dmin * m. A super-block is d, dmin, the scales (<see cref="SixBitScales"/>) and 128 bytes of numbers: byte i of a
/// run of 32 holds column i of one block in its low and of the next one in its high half.
/// A tile is one super-block of all sixteen rows (2304 bytes): 16 d, 16 dmin, three vectors of a word of scales a row, then for each block
/// four vectors of 16 rows x 4 bytes, vector g holding columns 4g to 4g + 3 in the low and 16 more in the high halves.
/// </summary>
internal sealed unsafe class Q4_KFormat() : TensorFormat(12, ActivationFormat.Int8Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 144;
    private const int ScalesOffset = 4;
    private const int NumbersOffset = 16;
    private const int TileBytes = StripRows * SuperBlockBytes;
    private const int TileBlockBytes = StripRows * 16;

    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, strip += TileBytes)
        {
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)superBlock * SuperBlockBytes;
                byte* blocks = KTile.PackScales(source, strip, r);
                for (int pair = 0; pair < 4; pair++)
                {
                    byte* numbers = source == null ? null : source + NumbersOffset + pair * 32;
                    KTile.PackNumbers(numbers, blocks + pair * 2 * TileBlockBytes, TileBlockBytes);
                }
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, row += SuperBlockBytes)
        {
            float d = HalfFloat.ToSingle(*(ushort*)row);
            float dmin = HalfFloat.ToSingle(*(ushort*)(row + 2));
            for (int block = 0; block < 8; block++)
            {
                (int s, int m) = SixBitScales.Of(row + ScalesOffset, block);
                for (int i = 0; i < 32; i++)
                {
                    int q = row[NumbersOffset + block / 2 * 32 + i] >> (block % 2 * 4) & 15;
                    *values++ = d * s * q - dmin * m;
                }
            }
        }
    }
}
