using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of an IQ1_S matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedIQ1_S
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 800;         // 16 rows × 50 bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, 8 vectors of 16 × 4 indexes of eight columns, 4 of 16 × 2 words of high bits, a scale and a sign.
        int* grid = global::ModelGen.CompilerServices.QuantizationGrids.Iq1S;
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
                int high = *(ushort*)(words + 512 + block / 2 * 64 + block % 2 * 2);
                int entry = words[block * 64 + octet] | (high >> (3 * octet) & 7) << 8;
                float value = GridValue.Of(grid, 8, entry, column) * 0.125f;
                *y++ = d * (2 * (high >> 12 & 7) + 1) * (value + ((high & 0x8000) != 0 ? -0.125f : 0.125f));
            }

            tile += TileBytes;
        }
    }
}
