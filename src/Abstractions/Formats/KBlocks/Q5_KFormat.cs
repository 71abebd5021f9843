using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// Q5_K: as Q4_K with numbers of five bits: between scales and numbers stand 32 bytes of high bits, bit b of byte i being that of column i
/// of block b.
/// A tile is one super-block of all sixteen rows (2816 bytes): as Q4_K's, and behind each block's four vectors one of 16 rows x 4 bytes of
/// high bits: bit g of byte i is that of column 4g + i, bit 4 + g that of column 16 + 4g + i.
/// </summary>
internal sealed unsafe class Q5_KFormat() : TensorFormat(13, ActivationFormat.Int8Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 176;
    private const int ScalesOffset = 4;
    private const int HighOffset = 16;
    private const int NumbersOffset = 48;
    private const int TileBytes = StripRows * SuperBlockBytes;
    private const int TileBlockBytes = StripRows * 20;
    private const int TileHighOffset = StripRows * 16;

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

                for (int block = 0; block < 8; block++)
                {
                    uint* high = (uint*)(blocks + block * TileBlockBytes + TileHighOffset);
                    *high = source == null ? 0 : KTile.HighBits(source + HighOffset, block);
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
                    int low = row[NumbersOffset + block / 2 * 32 + i] >> (block % 2 * 4) & 15;
                    int high = row[HighOffset + i] >> block & 1;
                    *values++ = d * s * (low | high << 4) - dmin * m;
                }
            }
        }
    }
}
