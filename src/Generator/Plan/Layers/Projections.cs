using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans the matrices that a mixer begins with: their products in one buffer, one behind the other.</summary>
internal static class Projections
{
    /// <summary>Adds their steps.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="kernels">The model's kernels.</param>
    /// <param name="buffers">Its buffers.</param>
    /// <param name="matrices">The matrices.</param>
    /// <param name="meaning">What a row holds, for the reader.</param>
    /// <param name="inputOf">The buffer that one of them reads.</param>
    /// <param name="room">Floats behind the products that a row has room for.</param>
    /// <returns>The buffer, the first float of each source's rows in it, by its role, and the first float behind them.</returns>
    public static (string Buffer, IReadOnlyDictionary<string, int> Columns, int End) Add(
        List<Step> steps,
        Kernels kernels,
        Buffers buffers,
        IReadOnlyCollection<PackedMatrix> matrices,
        string meaning,
        Func<PackedMatrix, string> inputOf,
        int room = 0)
    {
        string buffer = buffers.Add("Projections", meaning, ActivationFormat.Float32, matrices.Sum(matrix => matrix.PaddedRows) + room);
        int column = 0;
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (PackedMatrix matrix in matrices)
        {
            for (int i = 0; i < matrix.Sources.Count; i++)
            {
                columns[matrix.Sources[i].Role] = column + matrix.FirstRowOf(i);
            }

            string equation = string.Join(" | ", matrix.Sources.Select(source => source.Role.ToLowerInvariant())) + " = W · x̂";
            steps.Add(MatrixStep.Of(kernels, matrix, equation, inputOf(matrix), buffer, column));
            column += matrix.PaddedRows;
        }

        return (buffer, columns, column);
    }
}
