using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// IQ2_XS: super-blocks of 256 numbers with a half scale d; value = d * (s + ½) / 4 * ±entry. A super-block is d, 32 words of nine bits of
/// an index into the table of <see cref="GridEntries.Iq2Xs"/>, eight columns each, and seven signs (<see cref="EvenSigns"/>), and for each
/// block of 32 a byte with the four bits of s of its first sixteen columns in the low and of the others in the high half.
/// A tile is a <see cref="WordTile"/> (1184 bytes).
/// </summary>
internal sealed unsafe class IQ2_XSFormat() : TensorFormat(17, ActivationFormat.Int16Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 74;

    // A row of padding has the scale 0, whatever its numbers.
    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip) =>
        WordTile.Pack(rows, columns, strip, SuperBlockBytes, scale: 0, words: 2);

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, row += SuperBlockBytes)
        {
            float d = HalfFloat.ToSingle(*(ushort*)row);
            for (int column = 0; column < SuperBlockLength; column++)
            {
                int word = *(ushort*)(row + 2 + column / 8 * 2);
                int scale = row[66 + column / 32] >> (column / 16 % 2 * 4) & 15;
                int entry = GridTables.Value(GridTables.Iq2Xs, 8, word & 511, column % 8);
                *values++ = d * (0.5f + scale) * 0.25f * entry * EvenSigns.Of(word >> 9, column % 8);
            }
        }
    }
}
