using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Where a vector's or matrix's first byte is found.</summary>
/// <param name="Field">Field of the layer's weights; null: at the offset from the start of all weights.</param>
/// <param name="Offset">Bytes from the start of the weights.</param>
internal sealed record WeightReference(string? Field, long Offset);

/// <summary>A matrix of weights in a step.</summary>
/// <param name="Weight">Where it lies.</param>
/// <param name="Format">Its format.</param>
/// <param name="Rows">Rows without padding.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Strips">Strips, or units of four strips for gate and up.</param>
/// <param name="StripBytes">Bytes of a strip or unit.</param>
/// <param name="OneRow">Strips of a chunk and number of chunks for a batch of one row.</param>
/// <param name="ManyRows">The same for more rows.</param>
/// <param name="Count">Matrices of a stack, one behind the other; 1: it is none.</param>
internal sealed record MatrixReference(
    WeightReference Weight, string Format, int Rows, int Columns, int Strips, long StripBytes, Chunks OneRow, Chunks ManyRows, int Count)
{
    /// <summary>Bytes of a matrix.</summary>
    public long Bytes => Strips * StripBytes;

    /// <summary>A matrix, shared out in units of some strips.</summary>
    /// <param name="weight">Where it lies.</param>
    /// <param name="matrix">The matrix, or a stack of them.</param>
    /// <param name="stripsOfUnit">Strips that are never parted.</param>
    /// <param name="used">Matrices of a stack that one row takes.</param>
    public static MatrixReference Of(WeightReference weight, PackedMatrix matrix, int stripsOfUnit = 1, int used = 1)
    {
        int units = matrix.Strips / stripsOfUnit;
        long unitBytes = matrix.StripBytes * stripsOfUnit;
        return new MatrixReference(
            weight,
            matrix.Format.Name,
            matrix.Rows,
            matrix.Columns,
            units,
            unitBytes,
            Chunks.ForOneRow(units, unitBytes, used),
            Chunks.ForManyRows(units, unitBytes, matrix.Count),
            matrix.Count);
    }
}

/// <summary>
/// The rows of a step of experts: of each row of the batch as many as it takes experts, and those of one expert behind each other
/// (ExpertSchedule), and behind them room for what tiles write that are not full.
/// </summary>
/// <param name="Pattern">Index of its pattern in <see cref="ModelPlan.ExpertPatterns"/>.</param>
/// <param name="Experts">Experts.</param>
/// <param name="Used">Experts that a row takes.</param>
internal sealed record ExpertRows(int Pattern, int Experts, int Used)
{
    /// <summary>Rows that a batch makes at most.</summary>
    /// <param name="batchRows">Rows of the batch.</param>
    public int Most(int batchRows) => batchRows * Used + System.Math.Min(Experts, batchRows * Used) * ProductRows.MostSurplus;
}

/// <summary>What decides how a batch's rows go to experts; layers that agree in it share a schedule.</summary>
/// <param name="Experts">Experts.</param>
/// <param name="Used">Experts that a row takes.</param>
internal sealed record ExpertPattern(int Experts, int Used);

/// <summary>The kernels of a product, one a number of rows, at the shape of its matrix.</summary>
/// <param name="Kernel">Name of the kernels of the format.</param>
/// <param name="Shape">What they are specialised for.</param>
internal sealed record ProductKernels(string Kernel, ProductShape Shape);

/// <summary>Shape of a product, a type argument of its kernels.</summary>
/// <param name="Name">Name of the type.</param>
/// <param name="Columns">Columns of the matrix.</param>
/// <param name="InputStride">Bytes from one row of activations to the next.</param>
/// <param name="Accumulates">y += W·x instead of y = W·x.</param>
internal sealed record ProductShape(string Name, int Columns, int InputStride, bool Accumulates);
