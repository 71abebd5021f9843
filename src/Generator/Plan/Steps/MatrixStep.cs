using ModelGen.Collections;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>output = W · input, or output += W · input, for every row.</summary>
/// <param name="Name">Name of the step's job, e.g. QueryKeyValue.</param>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Matrix">The weights.</param>
/// <param name="Product">The kernels.</param>
/// <param name="Input">Buffer of activations.</param>
/// <param name="Output">Buffer of results.</param>
/// <param name="OutputColumn">First float of an output row that the matrix's first row goes to.</param>
internal sealed record MatrixStep(
    string Name, string Equation, MatrixReference Matrix, ProductKernels Product, string Input, string Output, int OutputColumn)
    : Step(Name, Equation)
{
    public override EquatableArray<BufferUse> Uses => new[]
    {
        BufferUse.Read(Input),
        Product.Shape.Accumulates || OutputColumn > 0 ? BufferUse.Update(Output) : BufferUse.Write(Output),
    }.ToEquatableArray();

    /// <summary>W · input, into some columns of a buffer.</summary>
    public static MatrixStep Of(Kernels kernels, PackedMatrix matrix, string equation, string input, string output, int column = 0) => new(
        matrix.Name,
        equation,
        MatrixReference.Of(new WeightReference(matrix.Name, 0), matrix),
        kernels.Product(matrix.Format, matrix.Columns, accumulates: false),
        input,
        output,
        column);
}
