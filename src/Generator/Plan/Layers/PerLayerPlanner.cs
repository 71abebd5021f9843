using System.Collections.Generic;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Plans what layers get of a token beside x: at the beginning the inputs of all layers, which live to the end of the pass, and in each layer the
/// gate that reads its own. The table's rows are read where they lie in the file, those of one token beside each other.
/// </summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="embeddingLength">Floats of x.</param>
internal sealed class PerLayerPlanner(Kernels kernels, Buffers buffers, int embeddingLength)
{
    private const string Inputs = "PerLayerInputs";

    private readonly NormPlanner _norms = new(kernels, buffers, embeddingLength);

    /// <summary>The steps from x to the inputs of all layers; none where they get none.</summary>
    public List<Step> PlanInputs(ModelSpec spec, WeightLayout layout)
    {
        var steps = new List<Step>();
        if (spec.PerLayerInputs is not PerLayerInputSpec inputs || layout.PerLayerProjection is not PackedMatrix projection)
        {
            return steps;
        }

        string input = AddInput(steps, "PerLayerX", projection);
        string buffer = buffers.Add(Inputs, "what each layer gets of the token", ActivationFormat.Float32, projection.PaddedRows);
        steps.Add(new MatrixStep(
            projection.Name,
            "inputs of all layers = P · x",
            MatrixReference.Of(new WeightReference(null, projection.Offset), projection),
            kernels.Product(projection.Format, projection.Columns, accumulates: false),
            new ProductInput(input),
            buffer,
            OutputColumn: 0));
        steps.Add(new PerLayerStep(
            buffer,
            buffers.Add("PerLayerRow", "a row of the table", ActivationFormat.Float32, inputs.Length),
            spec.Layers.Count,
            inputs.Length,
            kernels.Embed(layout.PerLayerTable!.Format, inputs.Length),
            new WeightReference(null, layout.PerLayerTable.Offset),
            inputs.EmbeddingScale,
            inputs.ProjectionScale,
            kernels.RmsNorm(ActivationFormat.Float32, inputs.Length, inputs.Norm.Epsilon),
            new WeightReference(null, layout.FindShared("PerLayerNorm")!.Offset),
            inputs.InputScale,
            kernels.Multiply(),
            kernels.AddScaled()));
        return steps;
    }

    /// <summary>Adds the steps of a layer's branch, but for its projection.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="inputs">What all layers get.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="packed">Its weights.</param>
    /// <param name="input">What the gate reads; null: x.</param>
    /// <returns>The buffer that the projection reads.</returns>
    public string Add(List<Step> steps, PerLayerInputSpec inputs, PerLayerBranchSpec branch, PackedPerLayer packed, string? input = null)
    {
        input ??= AddInput(steps, "PerLayerGateX", packed.Gate);
        string gate = buffers.Add("PerLayerGate", "gate of the layer's own input", ActivationFormat.Float32, packed.Gate.PaddedRows);
        steps.Add(MatrixStep.Of(kernels, packed.Gate, "gate = W · x", input, gate));
        ActivationFormat format = packed.Projection.Format.Activation;
        string gated = buffers.Add("PerLayerGated" + Kernels.Of(format), "the layer's own input behind its gate", format, inputs.Length);
        steps.Add(new PerLayerGateStep(
            gate,
            Inputs,
            gated,
            inputs.Length,
            kernels.Activate(format, branch.Activation.Function, isGated: true, inputs.Length),
            format != ActivationFormat.Float32));
        return gated;
    }

    /// <summary>x as a matrix reads it: quantised first where it does so.</summary>
    private string AddInput(List<Step> steps, string name, PackedMatrix matrix)
    {
        ActivationFormat format = matrix.Format.Activation;
        NormStep quantized = _norms.Of(name, norm: null, prefix: "", [format], role => new WeightReference(role, 0));
        if (quantized.Outputs.Count > 0)
        {
            steps.Add(quantized);
        }

        return NormPlanner.BufferOf("", norm: null, format);
    }
}
