using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>A selective state space in float64, token by token, as the papers have it (Gu and Dao 2023; Dao and Gu 2024).</summary>
/// <param name="spec">The state space.</param>
/// <param name="project">A matrix times a vector.</param>
/// <param name="read">The values of a vector.</param>
internal sealed class ReferenceStateSpace(
    StateSpaceSpec spec, Func<TensorSpec, double[], double[]> project, Func<TensorSpec, double[]> read)
{
    private readonly StateSpaceShape _shape = spec.Shape;
    private readonly double[] _filter = read(spec.Filter);
    private readonly double[]? _filterBias = spec.FilterBias is null ? null : read(spec.FilterBias);
    private readonly double[] _stepBias = read(spec.StepBias);
    private readonly double[] _decay = read(spec.Decay);
    private readonly double[] _skip = read(spec.Skip);

    /// <summary>Of each token: Output · norm(SiLU(z) · y).</summary>
    public double[][] Mix(double[][] normed)
    {
        double[,] state = new double[_shape.Channels, _shape.StateLength];
        var inputs = new List<double[]>();
        var outputs = new List<double[]>();
        foreach (double[] row in normed)
        {
            double[] input = [.. spec.Gate is null ? [] : project(spec.Gate, row), .. project(spec.Input, row)];
            inputs.Add(input[spec.Rows.Convolved..(spec.Rows.Convolved + spec.ConvolvedChannels)]);
            double[] v = [.. Enumerable.Range(0, spec.ConvolvedChannels).Select(channel => Silu(Convolve(inputs, channel)))];
            (double[] b, double[] c, double[] steps) = Select(input, v);
            double[] y = [.. Enumerable.Range(0, _shape.Channels).Select(channel =>
                Advance(state, channel, v[channel], b, c, steps) * Silu(input[spec.Rows.Gate + channel]))];
            outputs.Add(project(spec.Output, Norm(y)));
        }

        return [.. outputs];
    }

    private static double Silu(double x) => x / (1 + Math.Exp(-x));

    // bias + Σ filter · u of the last tokens.
    private double Convolve(List<double[]> inputs, int channel) => (_filterBias?[channel] ?? 0) + Enumerable.Range(0, spec.Taps)
        .Where(back => back < inputs.Count)
        .Sum(back => _filter[channel * spec.Taps + spec.Taps - 1 - back] * inputs[^(back + 1)][channel]);

    // B and C of all groups, and a step of each head.
    private (double[] B, double[] C, double[] Steps) Select(double[] input, double[] v)
    {
        int length = _shape.Groups * _shape.StateLength;
        if (spec.Selection is not SelectionSpec selection)
        {
            int first = _shape.Channels;
            return (v[first..(first + length)], v[(first + length)..], input[spec.Rows.Step..(spec.Rows.Step + _shape.Heads)]);
        }

        double[] rank = ReferenceMath.Norm(project(selection.StepInput, v), selection.StepNorm, read);
        double[] weights = project(selection.StateWeights, v);
        return (
            ReferenceMath.Norm(weights[..length], selection.InputNorm, read),
            ReferenceMath.Norm(weights[length..], selection.OutputNorm, read),
            project(selection.Step, rank));
    }

    // h = e^(Δ·A) · h + Δ · v · B, and C·h + D·v.
    private double Advance(double[,] state, int channel, double v, double[] b, double[] c, double[] steps)
    {
        int head = channel / _shape.HeadChannels;
        int group = channel / _shape.GroupChannels;
        double delta = Math.Log(1 + Math.Exp(steps[head] + _stepBias[head]));
        double sum = _skip[head] * v;
        for (int n = 0; n < _shape.StateLength; n++)
        {
            double a = _shape.HasOwnDecays ? _decay[channel * _shape.StateLength + n] : _decay[head];
            int weight = group * _shape.StateLength + n;
            state[channel, n] = Math.Exp(delta * a) * state[channel, n] + delta * v * b[weight];
            sum += c[weight] * state[channel, n];
        }

        return sum;
    }

    private double[] Norm(double[] y) => spec.Norm is not NormSpec norm ? y :
    [
        .. y.Chunk(_shape.GroupChannels).SelectMany((group, i) => ReferenceMath.Norm(
            group, norm, weights => read(weights).AsSpan(i * _shape.GroupChannels, _shape.GroupChannels).ToArray())),
    ];
}
