using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of an IQ2_S matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedIQ2_S
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 1312;         // 16 rows × 82 bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, then vectors of 16 × 4 bytes: 8 of indexes of eight columns, 8 of signs, 2 of high bits, 2 of scales.
        int* grid = global::ModelGen.CompilerServices.QuantizationGrids.Iq2S;
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 256 * TileBytes);
        for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            byte* words = tile + 32 + lane * 4;
            for (int column = 0; column < 256; column++)
            {
                int block = column / 32;
                int octet = column % 32 / 8;
                int entry = words[block * 64 + octet] | (words[1024 + block / 4 * 64 + block % 4] >> (octet * 2) & 3) << 8;
                int scale = words[1152 + block / 4 * 64 + block % 4] >> (octet / 2 * 4) & 15;
                float value = d * (0.5f + scale) * 0.25f * GridValue.Of(grid, 8, entry, column);
                *y++ = (words[512 + block * 64 + octet] >> column % 8 & 1) != 0 ? -value : value;
            }

            tile += TileBytes;
        }
    }
}
