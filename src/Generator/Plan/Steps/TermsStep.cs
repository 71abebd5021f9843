using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>
/// The largest logit of each term over the rows of a text, where it is above what lies there: terms = max(terms, W · input + bias). The logits
/// of a row are never there as a whole. All rows of a text say the same place, and a chunk has some strips of the vocabulary, so that no two
/// chunks write to one place; and a maximum has no order, so that what comes out does not depend on how rows are batched.
/// </summary>
/// <param name="Matrix">The output matrix.</param>
/// <param name="Product">The kernels.</param>
/// <param name="Input">Buffer of activations.</param>
/// <param name="Bias">Where the bias lies; null: none.</param>
/// <param name="LargestKernel">Adds it, and takes the larger ones.</param>
internal sealed record TermsStep(MatrixReference Matrix, ProductKernels Product, string Input, WeightReference? Bias, string LargestKernel)
    : Step("TermLogits", "terms = max(terms, W · x̂" + (Bias is null ? ")" : " + bias)"))
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Read(Input) }.ToEquatableArray();
}
