using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of an IQ3_S matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedIQ3_S
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 1760;         // 16 rows × 110 bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, then vectors of 16 × 4 bytes: 16 of indexes of four columns, 2 of high bits, 8 of signs, 1 of scales.
        int* grid = global::ModelGen.CompilerServices.QuantizationGrids.Iq3S;
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 256 * TileBytes);
        for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            byte* words = tile + 32 + lane * 4;
            for (int column = 0; column < 256; column++)
            {
                int block = column / 32;
                int high = words[1024 + block / 4 * 64 + block % 4] >> (column % 32 / 4) & 1;
                int entry = words[column / 16 * 64 + column / 4 % 4] | high << 8;
                int scale = words[1664 + block / 2] >> (block % 2 * 4) & 15;
                float value = d * (1 + 2 * scale) * GridValue.Of(grid, 4, entry, column);
                *y++ = (words[1152 + block * 64 + column % 32 / 8] >> column % 8 & 1) != 0 ? -value : value;
            }

            tile += TileBytes;
        }
    }
}
