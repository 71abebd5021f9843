using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of an NVFP4 matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedNVFP4
{
    private const int Columns = 256;            // a multiple of 64
    private const int TileBytes = 576;          // 16 rows × (4 + 32) bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 rows × 4 scales, then of each 32 columns 4 groups of 16 rows × 4 bytes: column i in the low and i + 16 in the high
        // half. The table has twice the values, the scale is half of what E4M3 says.
        Vector128<sbyte> table = Vector128.Create((sbyte)0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 64 * TileBytes);
        for (int block = 0; block < Columns / 64; block++)
        {
            for (int column = 0; column < 64; column++)
            {
                int code = tile[lane * 4 + column / 16];
                float d = code < 8 ? code / 1024f : BitConverter.Int32BitsToSingle((code << 20) + (119 << 23));
                int pair = tile[64 + (column / 32 * 4 + column % 16 / 4) * 64 + lane * 4 + column % 4];
                *y++ = d * table[pair >> (column % 32 / 16 * 4) & 15];
            }

            tile += TileBytes;
        }
    }
}
