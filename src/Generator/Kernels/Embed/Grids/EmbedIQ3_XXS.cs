using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of an IQ3_XXS matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedIQ3_XXS
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 1568;         // 16 rows × 98 bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, 16 vectors of 16 × 4 indexes of four columns, and 8 of 16 words of 4 × 7 signs and a scale.
        int* grid = global::ModelGen.CompilerServices.QuantizationGrids.Iq3Xxs;
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 256 * TileBytes);
        for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            byte* indexes = tile + 32 + lane * 4;
            uint* words = (uint*)(tile + 1056) + lane;
            for (int column = 0; column < 256; column++)
            {
                uint signs = words[column / 32 * 16];
                int entry = indexes[column / 16 * 64 + column / 4 % 4];
                float value = d * (0.5f + (signs >> 28)) * 0.5f * GridValue.Of(grid, 4, entry, column);
                *y++ = GridValue.IsNegative((int)(signs >> (column % 32 / 8 * 7)) & 127, column) ? -value : value;
            }

            tile += TileBytes;
        }
    }
}
