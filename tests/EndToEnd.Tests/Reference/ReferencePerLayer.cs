using System;
using System.Linq;
using ModelGen.Architectures;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>What layers get of a token beside x, in float64.</summary>
internal static class ReferencePerLayer
{
    /// <summary>The inputs of all layers: ((P · x scaled, normalised) + (E[token] scaled)) scaled.</summary>
    public static double[][] Inputs(
        ModelSpec spec, double[] x, int token, Func<TensorSpec, ReferenceMatrix> tensor, Func<TensorSpec, TensorSpec?, double[], double[]> project)
    {
        if (spec.PerLayerInputs is not PerLayerInputSpec inputs)
        {
            return [];
        }

        double[] products = project(inputs.Projection, null, x);
        return [.. products.Chunk(inputs.Length).Select((product, layer) => Input(product, layer))];

        double[] Input(double[] product, int layer)
        {
            double[] scaled = [.. product.Select(value => value * inputs.ProjectionScale)];
            double[] normed = ReferenceMath.Norm(scaled, inputs.Norm, weights => tensor(weights).Row(0));
            double[] row = tensor(inputs.Table).Row(token * spec.Layers.Count + layer);
            return [.. normed.Zip(row, (value, embedded) => (value + inputs.EmbeddingScale * embedded) * inputs.InputScale)];
        }
    }

    /// <summary>Projection · (f(Gate · x) · input).</summary>
    public static double[] Branch(
        PerLayerBranchSpec branch, double[] x, double[] input, Func<TensorSpec, TensorSpec?, double[], double[]> project)
    {
        double[] gated = [.. project(branch.Gate, null, x).Zip(input, (gate, value) => ReferenceMath.Activate(gate, value, branch.Activation))];
        return project(branch.Projection, null, gated);
    }
}
