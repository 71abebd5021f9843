using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>y = W[row]: decodes one row of a BF16 matrix (layout P16), the embedding of a token.</summary>
internal static unsafe class EmbedBF16
{
    private const int Columns = 256;

    /// <param name="weights">The packed matrix.</param>
    /// <param name="row">The row to decode.</param>
    /// <param name="y">Receives Columns floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(byte* weights, int row, float* y)
    {
        // A tile is one column of sixteen rows.
        ushort* w = (ushort*)weights + (nint)(row / 16) * (16 * Columns) + row % 16;
        for (int column = 0; column < Columns; column++)
        {
            y[column] = BitConverter.UInt32BitsToSingle((uint)w[column * 16] << 16);
        }
    }
}
