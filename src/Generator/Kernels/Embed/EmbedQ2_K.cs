using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of a Q2_K matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedQ2_K
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 1344;         // 16 rows × (2 + 2 + 16 + 64) bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, 16 half minima, four words of 16 rows with scale and minimum of 16 runs, then 8 blocks of two
        // vectors of 16 rows × 4 bytes: bit pair g of byte i is column 4g + i, 16 more in the second.
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 256 * TileBytes);
        for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            float dmin = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[16 + lane]);
            for (int run = 0; run < 16; run++)
            {
                int scale = tile[64 + run / 4 * 64 + lane * 4 + run % 4];
                byte* group = tile + 320 + run / 2 * 128 + run % 2 * 64 + lane * 4;
                for (int column = 0; column < 16; column++)
                {
                    *y++ = d * (scale & 15) * (group[column % 4] >> (column / 4 * 2) & 3) - dmin * (scale >> 4);
                }
            }

            tile += TileBytes;
        }
    }
}
