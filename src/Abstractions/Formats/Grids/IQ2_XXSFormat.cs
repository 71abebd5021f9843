using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// IQ2_XXS: super-blocks of 256 numbers with a half scale d; value = d * (s + ½) / 4 * ±entry. A super-block is d, then for each block of
/// 32 four indexes into the table of <see cref="GridEntries.Iq2Xxs"/>, eight columns each, and a word of four times seven signs
/// (<see cref="EvenSigns"/>) and the four bits of s.
/// A tile is a <see cref="WordTile"/> (1056 bytes).
/// </summary>
internal sealed unsafe class IQ2_XXSFormat() : TensorFormat(16, ActivationFormat.Int16Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 66;

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
                byte* block = row + 2 + column / 32 * 8;
                uint signs = *(uint*)(block + 4);
                int octet = column % 32 / 8;
                int entry = GridTables.Value(GridTables.Iq2Xxs, 8, block[octet], column % 8);
                *values++ = d * (0.5f + (signs >> 28)) * 0.25f * entry * EvenSigns.Of((int)(signs >> (7 * octet)) & 127, column % 8);
            }
        }
    }
}
