using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// TQ2_0: super-blocks of 256 numbers of two bits with a half scale d; value = d * (q - 1), of which -1, 0 and 1 occur. A super-block is
/// the numbers (<see cref="BitPairs"/>) and d.
/// A tile is one super-block of all sixteen rows (1056 bytes): 16 d, then each block's two vectors of numbers.
/// </summary>
internal sealed unsafe class TQ2_0Format() : TensorFormat(35, ActivationFormat.Int8Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = BitPairs.Length + sizeof(ushort);
    private const int TileBytes = StripRows * SuperBlockBytes;

    // A row of padding has the scale 0, whatever its numbers.
    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, strip += TileBytes)
        {
            ushort* halves = (ushort*)strip;
            uint* numbers = (uint*)(halves + StripRows);
            for (int r = 0; r < StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)superBlock * SuperBlockBytes;
                halves[r] = source == null ? (ushort)0 : *(ushort*)(source + BitPairs.Length);
                for (int run = 0; run < 16; run++)
                {
                    numbers[run * StripRows + r] = source == null ? 0 : BitPairs.Regroup(source, run * 16);
                }
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, row += SuperBlockBytes)
        {
            float d = HalfFloat.ToSingle(*(ushort*)(row + BitPairs.Length));
            for (int column = 0; column < SuperBlockLength; column++)
            {
                *values++ = (BitPairs.Of(row, column) - 1) * d;
            }
        }
    }
}
