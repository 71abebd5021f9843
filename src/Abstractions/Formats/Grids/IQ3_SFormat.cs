using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// IQ3_S: super-blocks of 256 numbers with a half scale d; value = d * (2s + 1) * ±entry. A super-block is d, 64 bytes of indexes into the
/// table of <see cref="GridEntries.Iq3S"/>, four columns each, for each block of 32 a byte with a high bit of its eight indexes, 32 bytes
/// of signs, and four bytes with the four bits of s of two blocks each, the first one's in the low half.
/// A tile is a <see cref="WordTile"/> (1760 bytes).
/// </summary>
internal sealed unsafe class IQ3_SFormat() : TensorFormat(21, ActivationFormat.Int16Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 110;

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
                int block = column / 32;
                int index = row[2 + column / 4] | (row[66 + block] >> (column % 32 / 4) & 1) << 8;
                int scale = row[106 + block / 2] >> (block % 2 * 4) & 15;
                int entry = GridTables.Value(GridTables.Iq3S, 4, index, column % 4);
                *values++ = d * (1 + 2 * scale) * ((row[74 + column / 8] >> (column % 8) & 1) == 0 ? entry : -entry);
            }
        }
    }
}
