using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of a Q3_K matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedQ3_K
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 1760;         // 16 rows × (2 + 12 + 64 + 32) bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, three words of 16 rows with the scales of 16 runs, then 8 blocks of three vectors of 16 rows × 4
        // bytes: bit pair g of byte i is column 4g + i, 16 more in the second; bit g of byte i of the third that column's high bit, bit
        // 4 + g that of 16 more.
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 256 * TileBytes);
        for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            byte* scales = tile + 32 + lane * 4;
            for (int run = 0; run < 16; run++)
            {
                int low = scales[run / 4 % 2 * 64 + run % 4] >> (run / 8 * 4) & 15;
                int high = scales[128 + run % 4] >> (run / 4 * 2) & 3;
                byte* group = tile + 224 + run / 2 * 192 + lane * 4;
                for (int column = 0; column < 16; column++)
                {
                    int pair = group[run % 2 * 64 + column % 4] >> (column / 4 * 2) & 3;
                    int third = group[128 + column % 4] >> (column / 4 + run % 2 * 4) & 1;
                    *y++ = d * ((low | high << 4) - 32) * ((pair | third << 2) - 4);
                }
            }

            tile += TileBytes;
        }
    }
}
