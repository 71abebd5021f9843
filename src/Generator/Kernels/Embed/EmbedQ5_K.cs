using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of a Q5_K matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedQ5_K
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 2816;         // 16 rows × (2 + 2 + 12 + 32 + 128) bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, 16 half minima, three words of 16 rows with the blocks' scales and minima, then 8 blocks of 4 groups of
        // 16 rows × 4 bytes, column i in the low and i + 16 in the high half, and one of high bits: bit g of a byte is that of a column of
        // group g, bit 4 + g that of the one 16 further on.
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 256 * TileBytes);
        for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            float dmin = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[16 + lane]);
            byte* scales = tile + 64 + lane * 4;
            for (int block = 0; block < 8; block++)
            {
                int i = block % 4;
                int lows = scales[128 + i];
                int s = block < 4 ? scales[i] & 63 : (lows & 15) | (scales[i] >> 6) << 4;
                int m = block < 4 ? scales[64 + i] & 63 : (lows >> 4) | (scales[64 + i] >> 6) << 4;
                byte* group = tile + 256 + block * 320 + lane * 4;
                for (int column = 0; column < 16; column++)
                {
                    int pair = group[column / 4 * 64 + column % 4];
                    int bits = group[256 + column % 4] >> (column / 4);
                    y[column] = d * s * ((pair & 15) | (bits & 1) << 4) - dmin * m;
                    y[column + 16] = d * s * ((pair >> 4) | (bits & 16)) - dmin * m;
                }

                y += 32;
            }

            tile += TileBytes;
        }
    }
}
