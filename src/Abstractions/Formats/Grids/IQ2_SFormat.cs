using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// IQ2_S: super-blocks of 256 numbers with a half scale d; value = d * (s + ½) / 4 * ±entry. A super-block is d, 32 bytes of indexes into
/// the table of <see cref="GridEntries.Iq2S"/>, eight columns each, 32 bytes of signs, for each block of 32 a byte with two more bits of
/// its four indexes, and one with the four bits of s of its first sixteen columns in the low and of the others in the high half.
/// A tile is a <see cref="WordTile"/> (1312 bytes).
/// </summary>
internal sealed unsafe class IQ2_SFormat() : TensorFormat(22, ActivationFormat.Int16Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 82;

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
                int index = row[2 + octet] | (row[66 + octet / 4] >> (octet % 4 * 2) & 3) << 8;
                int scale = row[74 + octet / 4] >> (octet % 4 / 2 * 4) & 15;
                int entry = GridTables.Value(GridTables.Iq2S, 8, index, column % 8);
                *values++ = d * (0.5f + scale) * 0.25f * ((row[34 + octet] >> (column % 8) & 1) == 0 ? entry : -entry);
            }
        }
    }
}
