using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// IQ1_S: super-blocks of 256 numbers with a half scale d; value = d * (2s + 1) * (entry ± ⅛). A super-block is d, 32 bytes of indexes into
/// the table of <see cref="GridEntries.Iq1S"/>, eight columns each, and for each block of 32 a word with three more bits of its four
/// indexes, the three bits of s and a bit that is set where an eighth is taken away.
/// A tile is a <see cref="WordTile"/> (800 bytes).
/// </summary>
internal sealed unsafe class IQ1_SFormat() : TensorFormat(19, ActivationFormat.Int16Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 50;

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
                int octet = column / 8;
                int high = *(ushort*)(row + 34 + octet / 4 * 2);
                int index = row[2 + octet] | (high >> (3 * (octet % 4)) & 7) << 8;
                float entry = GridTables.Value(GridTables.Iq1S, 8, index, column % 8) * 0.125f;
                *values++ = d * (2 * (high >> 12 & 7) + 1) * (entry + ((high & 0x8000) != 0 ? -0.125f : 0.125f));
            }
        }
    }
}
