using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of a Q6_K matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedQ6_K
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 3360;         // 16 rows × (2 + 16 + 192) bytes
    private const int BlockBytes = 384;

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, 8 × 16 pairs of scales, then 8 blocks of 4 groups of 16 rows × 4 bytes (column i in the low and
        // i + 16 in the high half) and 2 groups of 16 rows × 4 bytes, each byte the high bits of columns 4 apart.
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 256 * TileBytes);
        for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            for (int block = 0; block < 8; block++)
            {
                sbyte* scales = (sbyte*)tile + 32 + block * 32 + lane * 2;
                byte* group = tile + 288 + block * BlockBytes + lane * 4;
                for (int column = 0; column < 16; column++)
                {
                    int pair = group[column / 4 * 64 + column % 4];
                    int low = (pair & 15) | ((group[256 + column % 4] >> (column / 4 * 2)) & 3) << 4;
                    int high = (pair >> 4) | ((group[320 + column % 4] >> (column / 4 * 2)) & 3) << 4;
                    y[column] = d * scales[0] * (low - 32);
                    y[column + 16] = d * scales[1] * (high - 32);
                }

                y += 32;
            }

            tile += TileBytes;
        }
    }
}
