using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// Q1_0: blocks of 128 bits b with one half scale d; value = d * (2b - 1). A block is d and 16 bytes of eight columns each, the lowest
/// bit first.
/// A tile is one block of all sixteen rows (288 bytes): 16 half scales, then of each 32 columns one vector of bits as in
/// <see cref="FifthBits"/>.
/// </summary>
internal sealed unsafe class Q1_0Format() : TensorFormat(41, ActivationFormat.Int8Blocks)
{
    private const int BlockLength = 128;
    private const int BlockBytes = 18;
    private const int TileBytes = StripRows * BlockBytes;

    // A row of padding has the scale 0, whatever its bits.
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
                for (int run = 0; run < BlockLength / 32; run++)
                {
                    vectors[run * StripRows + r] = source == null ? 0 : FifthBits.Regroup(words[run]);
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
                *values++ = (row[sizeof(ushort) + column / 8] >> column % 8 & 1) != 0 ? d : -d;
            }
        }
    }
}
