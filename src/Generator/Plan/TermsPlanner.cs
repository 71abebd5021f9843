using System.Collections.Generic;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans the steps from x to the terms' largest logits: the transform of a masked-language head, and its output matrix.</summary>
internal sealed class TermsPlanner(Kernels kernels, Buffers buffers, WeightLayout layout)
{
    /// <summary>The steps; none where the model has no such head.</summary>
    /// <param name="spec">The model.</param>
    public List<Step> Plan(ModelSpec spec)
    {
        var steps = new List<Step>();
        if (spec.Encoder?.Terms is not TermsSpec terms)
        {
            return steps;
        }

        var norms = new NormPlanner(kernels, buffers, spec.EmbeddingLength);
        if (spec.Head.Norm is not null)
        {
            steps.Add(norms.InPlace("OutputNorm", spec.Head.Norm, ResidualStep.Output, Shared));
        }

        string input = RowQuantizer.Add(steps, kernels, buffers, ResidualStep.Output, layout.Terms!.Hidden);
        string hidden = AddHidden(steps, layout.Terms.Hidden, terms, input);
        steps.Add(norms.InPlace(WeightLayout.TermsNorm, terms.Norm, hidden, Shared));
        PackedMatrix output = layout.Terms.Output;
        steps.Add(new TermsStep(
            MatrixReference.Of(new WeightReference(null, output.Offset), output),
            kernels.Product(output.Format, output.Columns, accumulates: false),
            RowQuantizer.Add(steps, kernels, buffers, hidden, output),
            terms.OutputBias is null ? null : Shared(WeightLayout.TermsBias),
            kernels.TakeLargest(terms.OutputBias is not null)));
        return steps;
    }

    private string AddHidden(List<Step> steps, PackedMatrix matrix, TermsSpec terms, string input)
    {
        string hidden = buffers.Add(matrix.Name, "hidden values of the head of terms", ActivationFormat.Float32, matrix.Rows);
        var activation = new ActivationPlan(
            "hidden = gelu by erf(up)",
            kernels.Activate(ActivationFormat.Float32, ActivationFunction.ExactGelu, isGated: false, matrix.Rows),
            Prepare: null,
            IsGated: false,
            matrix.Rows,
            GateBias: null,
            terms.HiddenBias is null ? null : new BiasReference(Shared(WeightLayout.TermsHiddenBias), 0),
            terms.HiddenBias is null ? null : kernels.AddVector(),
            WeighKernel: null,
            QuantizesOutput: false);
        steps.Add(new HiddenStep(
            matrix.Name,
            MatrixReference.Of(new WeightReference(null, matrix.Offset), matrix, PackedMatrix.PairedStrips),
            kernels.Product(matrix.Format, matrix.Columns, accumulates: false),
            activation,
            new ProductInput(input),
            hidden,
            Experts: null));
        return hidden;
    }

    private WeightReference Shared(string name) => new(null, layout.FindShared(name)!.Offset);
}
