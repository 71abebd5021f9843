using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of an IQ4_NL matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedIQ4_NL
{
    private const int Columns = 256;            // a multiple of 32
    private const int TileBytes = 288;          // 16 rows × (2 + 16) bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, then 4 groups of 16 rows × 4 bytes: columns 4g, 4g + 2, 4g + 1 and 4g + 3 in the low halves, 16 more in
        // the high ones.
        Vector128<sbyte> table = Vector128.Create((sbyte)-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 32 * TileBytes);
        for (int block = 0; block < Columns / 32; block++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            for (int column = 0; column < 16; column++)
            {
                int pair = tile[32 + column / 4 * 64 + lane * 4 + column % 2 * 2 + column / 2 % 2];
                y[column] = d * table[pair & 15];
                y[column + 16] = d * table[pair >> 4];
            }

            tile += TileBytes;
            y += 32;
        }
    }
}
