using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of an IQ4_XS matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedIQ4_XS
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 2176;         // 16 rows × (2 + 2 + 4 + 128) bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, 16 words of high bits of the blocks' scales, 16 × 4 bytes of their low halves, then 8 blocks as in
        // IQ4_NL.
        Vector128<sbyte> table = Vector128.Create((sbyte)-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 256 * TileBytes);
        for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            int highs = ((ushort*)tile)[16 + lane];
            uint lows = ((uint*)tile)[16 + lane];
            for (int block = 0; block < 8; block++)
            {
                int s = ((int)(lows >> (4 * block)) & 15) | ((highs >> (2 * block)) & 3) << 4;
                byte* group = tile + 128 + block * 256 + lane * 4;
                for (int column = 0; column < 16; column++)
                {
                    int pair = group[column / 4 * 64 + column % 2 * 2 + column / 2 % 2];
                    y[column] = d * (s - 32) * table[pair & 15];
                    y[column + 16] = d * (s - 32) * table[pair >> 4];
                }

                y += 32;
            }

            tile += TileBytes;
        }
    }
}
