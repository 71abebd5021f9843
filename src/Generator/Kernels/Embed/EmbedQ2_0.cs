using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of a Q2_0 matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedQ2_0
{
    private const int Columns = 256;            // a multiple of 64
    private const int TileBytes = 288;          // 16 rows × (2 + 16) bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, then 4 vectors of 16 rows × 4 bytes: bit pair g of byte i is column 4g + i of a run of 16.
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 64 * TileBytes);
        for (int block = 0; block < Columns / 64; block++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            for (int column = 0; column < 64; column++)
            {
                int pairs = tile[32 + column / 16 * 64 + lane * 4 + column % 4];
                *y++ = d * ((pairs >> (column / 4 % 4 * 2) & 3) - 1);
            }

            tile += TileBytes;
        }
    }
}
