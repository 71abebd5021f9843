using System;
using System.Buffers.Binary;
using System.Linq;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>A tensor of a GGUF file as float64.</summary>
/// <param name="values">Row after row.</param>
/// <param name="columns">Elements of a row.</param>
/// <param name="isQuantized">Its file format is one that reads quantised activations.</param>
internal sealed class ReferenceMatrix(double[] values, int columns, bool isQuantized)
{
    private const int BlockLength = 32;

    /// <summary>Reads a tensor that starts at the first byte of <paramref name="data"/>.</summary>
    public static ReferenceMatrix Read(ReadOnlySpan<byte> data, GgufTensor tensor)
    {
        int count = (int)tensor.Shape.Aggregate(1L, (product, size) => product * size);
        double[] values = new double[count];
        var kind = (TensorKind)tensor.TypeId;
        for (int i = 0; i < count; i++)
        {
            values[i] = kind switch
            {
                TensorKind.F32 => BinaryPrimitives.ReadSingleLittleEndian(data[(4 * i)..]),
                TensorKind.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(data[(2 * i)..]),
                TensorKind.Q8_0 => Q8_0(data[(i / BlockLength * 34)..], i % BlockLength),
                TensorKind.Q4_0 => Q4_0(data[(i / BlockLength * 18)..], i % BlockLength),
                _ => throw new NotSupportedException(kind.ToString()),
            };
        }

        return new ReferenceMatrix(values, (int)tensor.Shape[0], kind is TensorKind.Q8_0 or TensorKind.Q4_0);
    }

    /// <summary>A copy of a row.</summary>
    public double[] Row(int row) => values[(row * columns)..((row + 1) * columns)];

    /// <summary>W · input.</summary>
    public double[] Multiply(double[] input, bool quantizesInput)
    {
        double[] x = quantizesInput && isQuantized ? Rounded(input) : input;
        double[] product = new double[values.Length / columns];
        for (int row = 0; row < product.Length; row++)
        {
            ReadOnlySpan<double> weights = values.AsSpan(row * columns, columns);
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

    private static double Q8_0(ReadOnlySpan<byte> block, int i) => (double)BinaryPrimitives.ReadHalfLittleEndian(block) * (sbyte)block[2 + i];

    private static double Q4_0(ReadOnlySpan<byte> block, int i)
    {
        byte pair = block[2 + i % (BlockLength / 2)];
        return (double)BinaryPrimitives.ReadHalfLittleEndian(block) * ((i < BlockLength / 2 ? pair & 15 : pair >> 4) - 8);
    }
}
