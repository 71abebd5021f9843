using System;
using System.Linq;
using ModelGen.Architectures;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>The streams of AltUp in float64: x is the one that goes through the layers.</summary>
/// <param name="altUp">What the model has of them.</param>
/// <param name="vector">Reads a vector.</param>
/// <param name="project">A matrix times a vector.</param>
internal sealed class ReferenceStreams(AltUpSpec altUp, Func<TensorSpec, double[]> vector, Func<TensorSpec, TensorSpec?, double[], double[]> project)
{
    // Of each position the streams behind the first, and the first as it was predicted.
    private double[][][] _others = [];
    private double[][] _predicted = [];

    /// <summary>The streams of embedded tokens.</summary>
    public void Begin(double[][] x)
    {
        _others = [.. x.Select(row => project(altUp.Projection, null, row).Chunk(row.Length).Select(stream => Match(row, stream)).ToArray())];
        _predicted = [.. x];
    }

    /// <summary>Stream i + Σⱼ cᵢⱼ · stream j.</summary>
    /// <returns>The first stream.</returns>
    public double[] Predict(AltUpLayerSpec layer, double[] x, int position)
    {
        double[][] streams = [x, .. _others[position]];
        double[][] coefficients = [.. Coefficients(layer, layer.Predict, x).Chunk(AltUpSpec.Streams)];
        double[][] predicted =
        [
            .. streams.Select((stream, i) => stream.Select((value, element) =>
                value + streams.Select((other, j) => coefficients[i][j] * other[element]).Sum()).ToArray()),
        ];
        _others[position] = predicted[1..];
        _predicted[position] = [.. predicted[0]];
        return predicted[0];
    }

    /// <summary>Stream i + (1 + cᵢ) · (what the layer made of the first stream - what was predicted of it).</summary>
    /// <returns>The first stream.</returns>
    public double[] Correct(AltUpLayerSpec layer, double[] x, int position)
    {
        double[] coefficients = Coefficients(layer, layer.Correct, x);
        double[] added = [.. x.Zip(_predicted[position], (one, other) => one - other)];
        double[][] streams = [_predicted[position], .. _others[position]];
        double[][] corrected = [.. streams.Select((stream, i) => stream.Zip(added, (value, more) => value + (1 + coefficients[i]) * more).ToArray())];
        _others[position] = corrected[1..];
        return corrected[0];
    }

    /// <summary>Adds a branch to the streams behind the first.</summary>
    public void Add(double[] branch, int position) =>
        _others[position] = [.. _others[position].Select(stream => stream.Zip(branch, (value, more) => value + more).ToArray())];

    /// <summary>The mean of the streams behind the last layer.</summary>
    public double[] Merge(double[] x, int position)
    {
        double[][] outputs = [.. _others[position].Select((stream, i) => Match(x, project(altUp.Outputs[i], null, stream)))];
        return [.. x.Select((value, element) => (value + outputs.Sum(output => output[element])) / AltUpSpec.Streams)];
    }

    private double[] Coefficients(AltUpLayerSpec layer, TensorSpec weights, double[] x)
    {
        double[] modalities = [.. project(layer.Router, null, ReferenceMath.Norm(x, layer.RouterNorm, vector)).Select(product => Math.Tanh(product / x.Length))];
        return [.. vector(weights).Chunk(AltUpSpec.Streams).Select(row => row.Zip(modalities, (weight, modality) => weight * modality).Sum())];
    }

    // Of the length of the other.
    private static double[] Match(double[] other, double[] stream)
    {
        double factor = Length(other) / Length(stream);
        return [.. stream.Select(value => value * factor)];

        static double Length(double[] values) => Math.Sqrt(values.Sum(value => value * value));
    }
}
