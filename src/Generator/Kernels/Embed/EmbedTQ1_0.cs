using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of a TQ1_0 matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedTQ1_0
{
    private const int Columns = 256;            // a multiple of 256
    private const int TileBytes = 864;          // 16 rows × (2 + 52) bytes

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is 16 half scales, then 13 vectors of 16 rows × 4 bytes of five digits each: columns 32n to 32n + 31 are digit n of the
        // first 32 bytes, 160 + 16n to 175 + 16n that of the next 16, 240 + 4n to 243 + 4n that of the last four.
        int lane = row % 16;
        byte* tile = weights + (nint)(row / 16) * (Columns / 256 * TileBytes);
        for (int superBlock = 0; superBlock < Columns / 256; superBlock++)
        {
            float d = (float)BitConverter.UInt16BitsToHalf(((ushort*)tile)[lane]);
            for (int column = 0; column < 256; column++)
            {
                int digit = column < 160 ? column / 32 : column < 240 ? (column - 160) / 16 : (column - 240) / 4;
                int i = column < 160 ? column % 32 : column < 240 ? 32 + column % 16 : 48 + column % 4;
                int fraction = (tile[32 + i / 4 * 64 + lane * 4 + i % 4] * TernaryDigits.Power(digit)) & 0xFF;
                *y++ = d * ((fraction * 3 >> 8) - 1);
            }

            tile += TileBytes;
        }
    }
}
