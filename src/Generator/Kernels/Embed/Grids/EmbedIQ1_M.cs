using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of an IQ1_M matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedIQ1_M
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 896;         // 16 rows × 56 bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is vectors of 16 × 4 bytes: 8 of indexes of eight columns, 4 of their high bits and signs, 2 of scales with d above them.
        int* grid = global::ModelGen.CompilerServices.QuantizationGrids.Iq1S;
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 256 * TileBytes);
        for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
        {
            byte* words = tile + lane * 4;
            ushort* first = (ushort*)(words + 768);
            ushort* last = (ushort*)(words + 832);
            int half = first[0] >> 12 | (first[1] >> 8 & 0xF0) | (last[0] >> 4 & 0xF00) | (last[1] & 0xF000);
            float d = (float)BitConverter.UInt16BitsToHalf((ushort)half);
            for (int column = 0; column < 256; column++)
            {
                int block = column / 32;
                int octet = column % 32 / 8;
                int high = words[512 + block / 2 * 64 + block % 2 * 2 + octet / 2] >> (octet % 2 * 4);
                int entry = words[block * 64 + octet] | (high & 7) << 8;
                int scale = (block < 4 ? first : last)[block / 2 % 2] >> (block % 2 * 6 + octet / 2 * 3) & 7;
                float value = GridValue.Of(grid, 8, entry, column) * 0.125f;
                *y++ = d * (2 * scale + 1) * (value + ((high & 8) != 0 ? -0.125f : 0.125f));
            }

            tile += TileBytes;
        }
    }
}
