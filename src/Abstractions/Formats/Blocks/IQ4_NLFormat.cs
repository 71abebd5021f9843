using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// IQ4_NL: blocks of 32 four-bit indexes into a table of signed bytes that lie closer around zero, with one half scale d;
/// value = d * table[q]. The indexes stand as in <see cref="FourBitGroups"/>.
/// A tile is one block of all sixteen rows (288 bytes): 16 half scales, then four vectors of 16 rows x 4 bytes, vector g holding columns
/// 4g, 4g + 2, 4g + 1 and 4g + 3 in the low and 16 more in the high halves: the even bytes of a row, and the odd ones, are two columns
/// that follow each other, which a kernel makes words of in place.
/// </summary>
internal sealed unsafe class IQ4_NLFormat() : TensorFormat(20, ActivationFormat.Int16Blocks)
{
    private const int BlockLength = 32;
    private const int BlockBytes = 18;
    private const int TileBytes = StripRows * BlockBytes;

    /// <summary>What an index stands for; IQ4_XS has the same.</summary>
    public static readonly sbyte[] Table = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

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
                FourBitGroups.Write(source == null ? null : source + sizeof(ushort), vectors + r);
            }

            PairColumns(vectors, FourBitGroups.BlockBytes / 4 * StripRows);
        }
    }

    /// <summary>Exchanges the middle bytes of each row, so that two columns that follow each other are the even or the odd bytes.</summary>
    /// <param name="vectors">Words of four bytes.</param>
    /// <param name="count">Number of words.</param>
    public static void PairColumns(uint* vectors, int count)
    {
        for (int i = 0; i < count; i++)
        {
            vectors[i] = (vectors[i] & 0xFF0000FF) | (vectors[i] & 0xFF00) << 8 | (vectors[i] >> 8 & 0xFF00);
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int block = 0; block < columns / BlockLength; block++, row += BlockBytes)
        {
            float scale = HalfFloat.ToSingle(*(ushort*)row);
            for (int column = 0; column < BlockLength; column++)
            {
                *values++ = scale * Table[FourBitGroups.Number(row + sizeof(ushort), column)];
            }
        }
    }
}
