using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>
/// A tile that holds sixteen rows' super-blocks as they are: first their half scale, then the words of four bytes in their order, a vector
/// of sixteen rows each.
/// </summary>
internal static unsafe class WordTile
{
    /// <summary>Packs a strip of a format whose super-blocks have 256 columns.</summary>
    /// <param name="rows">Sixteen rows; null for padding.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="strip">Receives the tiles.</param>
    /// <param name="blockBytes">Bytes of a super-block.</param>
    /// <param name="scale">Offset of the half scale; -1: there is none.</param>
    /// <param name="words">Offset of the first word.</param>
    [MethodImpl(HotLoops.Optimize)]
    public static void Pack(byte** rows, int columns, byte* strip, int blockBytes, int scale, int words)
    {
        const int SuperBlockLength = 256;
        int halfBytes = scale < 0 ? 0 : sizeof(ushort);
        int count = (blockBytes - halfBytes) / sizeof(uint);
        for (int superBlock = 0; superBlock < columns / SuperBlockLength; superBlock++)
        {
            uint* vectors = (uint*)(strip + TensorFormat.StripRows * halfBytes);
            for (int r = 0; r < TensorFormat.StripRows; r++)
            {
                byte* source = rows[r] == null ? null : rows[r] + (long)superBlock * blockBytes;
                if (halfBytes > 0)
                {
                    ((ushort*)strip)[r] = source == null ? (ushort)0 : *(ushort*)(source + scale);
                }

                for (int i = 0; i < count; i++)
                {
                    vectors[i * TensorFormat.StripRows + r] = source == null ? 0 : *(uint*)(source + words + i * sizeof(uint));
                }
            }

            strip += TensorFormat.StripRows * blockBytes;
        }
    }
}
