using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of a Q5_0 matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedQ5_0
{
    private const int Columns = 256;            // a multiple of 32
    private const int TileBytes = 352;          // 16 rows × (2 + 4 + 16) bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, 16 rows × 4 bytes of fifth bits, then 4 groups of 16 rows × 4 bytes: column i in the low and i + 16 in
        // the high half. Bit g of the fifth bits' byte i belongs to column 4g + i.
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 32 * TileBytes);
        for (int block = 0; block < Columns / 32; block++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            for (int column = 0; column < 16; column++)
            {
                int pair = tile[96 + column / 4 * 64 + lane * 4 + column % 4];
                int bits = tile[32 + lane * 4 + column % 4] >> (column / 4);
                y[column] = d * (((pair & 15) | (bits & 1) << 4) - 16);
                y[column + 16] = d * (((pair >> 4) | (bits & 16)) - 16);
            }

            tile += TileBytes;
            y += 32;
        }
    }
}
