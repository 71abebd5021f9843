using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// IQ1_M: super-blocks of 256 numbers with a half scale d; value = d * (2s + 1) * (entry ± ⅛). A super-block is 32 bytes of indexes into
/// the table of <see cref="GridEntries.Iq1S"/>, eight columns each, 16 bytes of which each half has three more bits of an index and a bit
/// that is set where an eighth is taken away, and four words with three bits of s for each of four runs of sixteen columns; their highest
/// four bits are d, the lowest first.
/// A tile is a <see cref="WordTile"/> (896 bytes).
/// </summary>
internal sealed unsafe class IQ1_MFormat() : TensorFormat(29, ActivationFormat.Int16Blocks)
{
    private const int SuperBlockLength = 256;
    private const int SuperBlockBytes = 56;
    private const int ScalesOffset = 48;

    // A row of padding has the scale 0, whatever its numbers.
    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip) =>
        WordTile.Pack(rows, columns, strip, SuperBlockBytes, scale: -1, words: 0);

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++, row += SuperBlockBytes)
        {
            ushort* scales = (ushort*)(row + ScalesOffset);
            int half = scales[0] >> 12 | (scales[1] >> 8 & 0xF0) | (scales[2] >> 4 & 0xF00) | (scales[3] & 0xF000);
            float d = HalfFloat.ToSingle((ushort)half);
            for (int column = 0; column < SuperBlockLength; column++)
            {
                int octet = column / 8;
                int high = row[32 + octet / 2] >> (octet % 2 * 4);
                int scale = scales[column / 64] >> (column / 16 % 4 * 3) & 7;
                float entry = GridTables.Value(GridTables.Iq1S, 8, row[octet] | (high & 7) << 8, column % 8) * 0.125f;
                *values++ = d * (2 * scale + 1) * (entry + ((high & 8) != 0 ? -0.125f : 0.125f));
            }
        }
    }
}
