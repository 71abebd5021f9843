using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// Q2_0: blocks of 64 numbers of two bits with one half scale d; value = d * (q - 1). A block is d and 16 bytes of four columns each, the
/// lowest bits first.
/// A tile is one block of all sixteen rows (288 bytes): 16 half scales, then of each 32 columns two vectors as in <see cref="BitPairs"/>.
/// </summary>
internal sealed unsafe class Q2_0Format() : TensorFormat(42, ActivationFormat.Int8Blocks)
{
    private const int BlockLength = 64;
    private const int BlockBytes = 18;
    private const int TileBytes = StripRows * BlockBytes;

    // A row of padding has the scale 0, whatever its numbers.
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
                uint* words = (uint*)(source + sizeof(ushort));
                for (int run = 0; run < BlockLength / 16; run++)
                {
                    vectors[run * StripRows + r] = source == null ? 0 : Regroup(words[run]);
                }
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int block = 0; block < columns / BlockLength; block++, row += BlockBytes)
        {
            float d = HalfFloat.ToSingle(*(ushort*)row);
            for (int column = 0; column < BlockLength; column++)
            {
                *values++ = ((row[sizeof(ushort) + column / 4] >> (column % 4 * 2) & 3) - 1) * d;
            }
        }
    }

    /// <summary>Bit pair i of byte g becomes pair g of byte i: column 4g + i of sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Regroup(uint pairs)
    {
        uint word = 0;
        for (int column = 0; column < 16; column++)
        {
            word |= (pairs >> (column * 2) & 3) << (column % 4 * 8 + column / 4 * 2);
        }

        return word;
    }
}
