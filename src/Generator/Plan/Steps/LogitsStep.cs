using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>
/// logits = SoftCap(Scale · (W · input + bias)), the parts that the model has, of the rows that want them. Callers get to see them, so they
/// lie in managed memory of the session that asks; what several sessions ask for goes through a buffer.
/// </summary>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Matrix">The output matrix.</param>
/// <param name="Product">The kernels.</param>
/// <param name="Input">Buffer of activations.</param>
/// <param name="Rows">Buffer of some rows of logits.</param>
/// <param name="RowsAtOnce">How many.</param>
/// <param name="Size">Logits: the vocabulary.</param>
/// <param name="Count">Floats that are written: the vocabulary, padded to whole strips of rows.</param>
/// <param name="Bias">Where the bias lies; null: none.</param>
/// <param name="BiasKernel">Adds it.</param>
/// <param name="Scale">Factor.</param>
/// <param name="ScaleKernel">Multiplies; null where the factor is 1.</param>
/// <param name="SoftCapKernel">Bounds the logits; null: none.</param>
internal sealed record LogitsStep(
    string Equation,
    MatrixReference Matrix,
    ProductKernels Product,
    string Input,
    string Rows,
    int RowsAtOnce,
    int Size,
    int Count,
    WeightReference? Bias,
    string? BiasKernel,
    float Scale,
    string? ScaleKernel,
    string? SoftCapKernel)
    : Step("Logits", Equation)
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Read(Input), BufferUse.Write(Rows) }.ToEquatableArray();

    /// <summary>Whether the products are the logits, and nothing is done to them.</summary>
    public bool IsPlain => BiasKernel is null && ScaleKernel is null && SoftCapKernel is null;
}
