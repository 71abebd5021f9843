using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of a Q8_0 matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedQ8_0
{
    private const int Columns = 256;            // a multiple of 32
    private const int TileBytes = 544;          // 16 rows × (2 + 32) bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, then 16 groups of 16 rows × 2 columns.
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 32 * TileBytes);
        for (int block = 0; block < Columns / 32; block++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            for (int column = 0; column < 32; column++)
            {
                y[column] = d * ((sbyte*)tile)[32 + column / 2 * 32 + lane * 2 + column % 2];
            }

            tile += TileBytes;
            y += 32;
        }
    }
}
