using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of an IQ2_XS matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedIQ2_XS
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 1184;         // 16 rows × 74 bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, 16 vectors of 16 × 2 words of an index of eight columns and seven signs, and 2 of 16 × 4 × 2 scales.
        int* grid = global::ModelGen.CompilerServices.QuantizationGrids.Iq2Xs;
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 256 * TileBytes);
        for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            byte* words = tile + 32 + lane * 4;
            for (int column = 0; column < 256; column++)
            {
                int word = *(ushort*)(words + column / 16 * 64 + column / 8 % 2 * 2);
                int scale = words[1024 + column / 128 * 64 + column / 32 % 4] >> (column / 16 % 2 * 4) & 15;
                float value = d * (0.5f + scale) * 0.25f * GridValue.Of(grid, 8, word & 511, column);
                *y++ = GridValue.IsNegative(word >> 9, column) ? -value : value;
            }

            tile += TileBytes;
        }
    }
}
