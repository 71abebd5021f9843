using System;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Formats;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>A tensor of a GGUF file, or some of its rows, as float64.</summary>
internal sealed class ReferenceMatrix
{
    private const int BlockLength = 32;

    private readonly double[] _values;
    private readonly int _columns;
    private readonly bool _isQuantized;

    /// <summary>Dequantises the tensor of a file.</summary>
    /// <param name="file">From the first byte of the file's tensor on.</param>
    /// <param name="tensor">Which of its rows.</param>
    public unsafe ReferenceMatrix(ReadOnlySpan<byte> file, TensorSpec tensor)
    {
        TensorFormat format = tensor.Format;
        int rowBytes = (int)format.RowBytes(tensor.Columns);
        float[] row = new float[tensor.Columns];
        _columns = tensor.Columns;
        _isQuantized = format.Activation != ActivationFormat.Float32;
        _values = new double[tensor.Columns * tensor.Rows];
        for (int i = 0; i < tensor.Rows; i++)
        {
            fixed (byte* bytes = file.Slice((int)(tensor.FirstByte + tensor.RowByte(i)), rowBytes))
            fixed (float* floats = row)
            {
                format.DequantizeRow(bytes, tensor.Columns, floats);
            }

            for (int column = 0; column < row.Length; column++)
            {
                _values[i * _columns + column] = row[column];
            }
        }
    }

    /// <summary>A copy of a row.</summary>
    public double[] Row(int row) => _values[(row * _columns)..((row + 1) * _columns)];

    /// <summary>W · input.</summary>
    /// <param name="input">A vector.</param>
    /// <param name="quantizesInput">Whether a quantised matrix reads it rounded, as the kernels do.</param>
    public double[] Multiply(double[] input, bool quantizesInput)
    {
        double[] x = quantizesInput && _isQuantized ? Rounded(input) : input;
        double[] product = new double[_values.Length / _columns];
        for (int row = 0; row < product.Length; row++)
        {
            ReadOnlySpan<double> weights = _values.AsSpan(row * _columns, _columns);
            double sum = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                sum += weights[i] * x[i];
            }

            product[row] = sum;
        }

        return product;
    }

    // What the kernels make of activations: of each block of 32, d = max|x| / 127 and round(x / d), halves to even.
    private static double[] Rounded(double[] input) =>
        [.. input.Chunk(BlockLength).SelectMany(block =>
        {
            double scale = block.Max(Math.Abs) / 127;
            return block.Select(x => scale == 0 ? 0 : scale * Math.Round(x / scale, MidpointRounding.ToEven));
        })];
}
