using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// IQ3_XXS: super-blocks of 256 numbers with a half scale d; value = d * (s + ½) / 2 * ±entry. A super-block is d, 64 indexes into the
/// table of <see cref="GridEntries.Iq3Xxs"/>, four columns each, and for each block of 32 a word of four times seven signs
/// (<see cref="EvenSigns"/>) and the four bits of s.
/// A tile is a <see cref="WordTile"/> (1568 bytes).
/// </summary>
internal sealed unsafe class IQ3_XXSFormat() : TensorFormat(18, ActivationFormat.Int16Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 98;

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
                uint signs = *(uint*)(row + 66 + column / 32 * 4);
                int entry = GridTables.Value(GridTables.Iq3Xxs, 4, row[2 + column / 4], column % 4);
                int sign = EvenSigns.Of((int)(signs >> (7 * (column % 32 / 8))) & 127, column % 8);
                *values++ = d * (0.5f + (signs >> 28)) * 0.5f * entry * sign;
            }
        }
    }
}
