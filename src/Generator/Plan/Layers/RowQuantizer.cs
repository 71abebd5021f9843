using System.Collections.Generic;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans what a matrix reads of a buffer of floats: the same rows, quantised first where it reads that.</summary>
internal static class RowQuantizer
{
    /// <summary>Adds the step, where there is one.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="kernels">The model's kernels.</param>
    /// <param name="buffers">Its buffers.</param>
    /// <param name="input">The buffer of floats.</param>
    /// <param name="matrix">The matrix.</param>
    /// <returns>The buffer that the matrix reads.</returns>
    public static string Add(List<Step> steps, Kernels kernels, Buffers buffers, string input, PackedMatrix matrix)
    {
        ActivationFormat format = matrix.Format.Activation;
        if (format == ActivationFormat.Float32)
        {
            return input;
        }

        string quantized = buffers.Add(input + Kernels.Of(format), "the same, quantised", format, matrix.Columns);
        steps.Add(new QuantizeStep(kernels.QuantizeRow(format, matrix.Columns), input, quantized));
        return quantized;
    }

    /// <summary>The same of rows that are made of one a head, each of which a matrix of its own reads.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="kernels">The model's kernels.</param>
    /// <param name="buffers">Its buffers.</param>
    /// <param name="input">The buffer of floats.</param>
    /// <param name="matrix">The matrices, a stack.</param>
    /// <param name="heads">Heads.</param>
    /// <returns>The buffer that the matrices read.</returns>
    public static string AddOfHeads(List<Step> steps, Kernels kernels, Buffers buffers, string input, PackedMatrix matrix, int heads)
    {
        ActivationFormat format = matrix.Format.Activation;
        if (format == ActivationFormat.Float32)
        {
            return input;
        }

        string quantized = buffers.AddOfHeads(input + Kernels.Of(format), "the same, quantised", format, matrix.Columns, heads);
        steps.Add(new QuantizeHeadsStep(kernels.QuantizeRow(format, matrix.Columns), heads, input, quantized));
        return quantized;
    }
}
