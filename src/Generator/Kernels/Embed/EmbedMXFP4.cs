using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of an MXFP4 matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedMXFP4
{
    private const int Columns = 256;            // a multiple of 32
    private const int TileBytes = 272;          // 16 rows × (1 + 16) bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 bytes of powers of two, then 4 groups of 16 rows × 4 bytes: column i in the low and i + 16 in the high half. The
        // table has twice the values, the scale half the power; those of the bytes 0 and 1 are subnormal floats.
        Vector128<sbyte> table = Vector128.Create((sbyte)0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 32 * TileBytes);
        for (int block = 0; block < Columns / 32; block++)
        {
            int e = tile[lane];
            float d = BitConverter.Int32BitsToSingle(e < 2 ? (e + 1) << 21 : (e - 1) << 23);
            for (int column = 0; column < 16; column++)
            {
                int pair = tile[16 + column / 4 * 64 + lane * 4 + column % 4];
                y[column] = d * table[pair & 15];
                y[column + 16] = d * table[pair >> 4];
            }

            tile += TileBytes;
            y += 32;
        }
    }
}
