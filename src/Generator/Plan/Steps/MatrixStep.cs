using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>output = W · input, or output += W · input, for every row.</summary>
/// <param name="Name">Name of the step's job, e.g. QueryKeyValue.</param>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Matrix">The weights.</param>
/// <param name="Product">The kernels.</param>
/// <param name="Input">The activations.</param>
/// <param name="Output">Buffer of results.</param>
/// <param name="OutputColumn">First float of an output row that the matrix's first row goes to.</param>
/// <param name="Experts">The rows, where the matrices are those of experts; null: the batch's.</param>
internal sealed record MatrixStep(
    string Name,
    string Equation,
    MatrixReference Matrix,
    ProductKernels Product,
    ProductInput Input,
    string Output,
    int OutputColumn,
    ExpertRows? Experts = null)
    : Step(Name, Equation)
{
    public override EquatableArray<BufferUse> Uses => Input.Uses.Concat(
    [
        Product.Shape.Accumulates || OutputColumn > 0 ? BufferUse.Update(Output) : BufferUse.Write(Output),
    ]).ToEquatableArray();

    /// <summary>W · input, into some columns of a buffer.</summary>
    public static MatrixStep Of(Kernels kernels, PackedMatrix matrix, string equation, string input, string output, int column = 0) => new(
        matrix.Name,
        equation,
        MatrixReference.Of(new WeightReference(matrix.Name, 0), matrix),
        kernels.Product(matrix.Format, matrix.Columns, accumulates: false),
        new ProductInput(input),
        output,
        column);
}

/// <summary>What a product multiplies.</summary>
/// <param name="Buffer">Buffer of activations, a row a row of the step.</param>
/// <param name="OfOneRow">
/// Of experts, the buffer that is read where the batch has one row, which then need not be copied for each expert; null: it is the same.
/// </param>
internal sealed record ProductInput(string Buffer, string? OfOneRow = null)
{
    public IEnumerable<BufferUse> Uses => OfOneRow is null ? [BufferUse.Read(Buffer)] : [BufferUse.Read(Buffer), BufferUse.Read(OfOneRow)];
}
