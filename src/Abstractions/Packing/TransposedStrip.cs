using System;
using ModelGen.Architectures;
using ModelGen.Formats;

namespace ModelGen.Packing;

/// <summary>Reads rows of a matrix that the file has the other way round: columns of the file's, decoded.</summary>
internal static unsafe class TransposedStrip
{
    /// <summary>Bytes that <see cref="Read"/> needs.</summary>
    /// <param name="tensor">The matrix.</param>
    public static long ScratchBytes(TensorSpec tensor) =>
        (LongestSpan(tensor.Format) + (long)TensorFormat.StripRows * tensor.Columns) * sizeof(float)
        + TensorFormat.StripRows * tensor.PackedFormat.RowBytes(tensor.Columns);

    /// <summary>Some rows, one behind the other.</summary>
    /// <param name="source">The GGUF file.</param>
    /// <param name="first">Its byte with which the matrix begins.</param>
    /// <param name="tensor">The matrix.</param>
    /// <param name="row">First row.</param>
    /// <param name="count">Rows, at most those of a strip.</param>
    /// <param name="scratch">As many bytes as <see cref="ScratchBytes"/> says.</param>
    /// <returns>The rows, in scratch.</returns>
    public static byte* Read(IBlockSource source, long first, TensorSpec tensor, int row, int count, byte* scratch)
    {
        TensorFormat format = tensor.Format;
        long rowBytes = tensor.PackedFormat.RowBytes(tensor.Columns);
        float* block = (float*)scratch;
        float* values = block + LongestSpan(format);
        byte* rows = (byte*)(values + TensorFormat.StripRows * tensor.Columns);

        // Of each of the file's rows the blocks that have the wanted columns.
        int blockLength = format.Type.BlockLength;
        int firstColumn = row / blockLength * blockLength;
        int columns = Math.Min((row + count - firstColumn + blockLength - 1) / blockLength * blockLength, tensor.Rows - firstColumn);
        for (int c = 0; c < tensor.Columns; c++)
        {
            long begin = first + c * format.RowBytes(tensor.Rows) + format.RowBytes(firstColumn);
            format.DequantizeRow(source.Read(begin, checked((int)format.RowBytes(columns))), columns, block);
            for (int i = 0; i < count; i++)
            {
                values[i * tensor.Columns + c] = block[row + i - firstColumn];
            }
        }

        for (int i = 0; i < count; i++)
        {
            tensor.PackedFormat.EncodeRow(values + i * tensor.Columns, tensor.Columns, rows + i * rowBytes);
        }

        return rows;
    }

    /// <summary>Elements that are decoded at once: those of a strip, in whole blocks wherever they begin.</summary>
    private static int LongestSpan(TensorFormat format) => TensorFormat.StripRows + 2 * format.Type.BlockLength;
}
