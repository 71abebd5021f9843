using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using ModelGen.CompilerServices;

namespace ModelGen.Embeddings;

/// <summary>
/// What a text's vector goes through behind the pooling. A text has one such vector and hundreds of tokens, each of which goes through all
/// layers of the model: here a plain product of floats is fast enough.
/// </summary>
/// <param name="layers">The layers; none: a vector stays as it is.</param>
/// <param name="inputLength">Floats of a pooled vector.</param>
internal sealed unsafe class VectorHead(IReadOnlyList<VectorLayer> layers, int inputLength)
{
    // Rows of weights are padded to so many floats, which every processor's vectors divide.
    private const int RowPadding = 32;

    /// <summary>Floats of what comes out.</summary>
    public int OutputLength { get; } = layers.Count == 0 ? inputLength : layers[^1].Outputs;

    /// <summary>Whether what comes out are probabilities already.</summary>
    public bool GivesProbabilities { get; } = layers.Count > 0 && layers[^1].Function == VectorFunction.Softmax;

    /// <summary>Memory for the vectors between layers, which a caller takes once for all its texts.</summary>
    public float[] CreateScratch() => new float[2 * PaddedLength];

    private int PaddedLength { get; } =
        (layers.Select(layer => layer.Outputs).Append(inputLength).Max() + RowPadding - 1) / RowPadding * RowPadding;

    /// <summary>Takes a pooled vector through the layers.</summary>
    /// <param name="weights">The model's.</param>
    /// <param name="scratch">Begins with the vector.</param>
    /// <returns>What comes out; it lies in <paramref name="scratch"/>.</returns>
    public ReadOnlySpan<float> Apply(byte* weights, Span<float> scratch)
    {
        Span<float> input = scratch[..PaddedLength];
        Span<float> output = scratch[PaddedLength..];
        foreach (VectorLayer layer in layers)
        {
            Apply(layer, weights, input, output);
            Span<float> free = input;
            input = output;
            output = free;
        }

        return input[..OutputLength];
    }

    /// <summary>What scores of labels mean: the softmax of several; of one by itself the logistic function.</summary>
    public static void MakeProbabilities(Span<float> scores)
    {
        if (scores.Length == 1)
        {
            scores[0] = (float)(1 / (1 + Math.Exp(-scores[0])));
            return;
        }

        Softmax(scores);
    }

    private static void Apply(in VectorLayer layer, byte* weights, Span<float> input, Span<float> output)
    {
        int pitch = (layer.Inputs + RowPadding - 1) / RowPadding * RowPadding;
        float* rows = (float*)(weights + layer.Weights);
        float* bias = layer.Bias is long offset ? (float*)(weights + offset) : null;

        // A row's padding is zeros, but 0 · NaN is not.
        input[layer.Inputs..pitch].Clear();
        for (int row = 0; row < layer.Outputs; row++)
        {
            output[row] = DotProduct(new ReadOnlySpan<float>(rows + (long)row * pitch, pitch), input[..pitch]) + (bias is null ? 0 : bias[row]);
        }

        Span<float> elements = output[..layer.Outputs];
        Activate(layer.Function, elements);
        if (layer.Norm is long norm)
        {
            Normalize(elements, (float*)(weights + norm), layer.NormEpsilon);
        }
    }

    private static float DotProduct(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> even = Vector<float>.Zero;
        Vector<float> odd = Vector<float>.Zero;
        for (int i = 0; i < a.Length; i += 2 * Vector<float>.Count)
        {
            even += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
            odd += new Vector<float>(a[(i + Vector<float>.Count)..]) * new Vector<float>(b[(i + Vector<float>.Count)..]);
        }

        return Vector.Sum(even + odd);
    }

    private static void Activate(VectorFunction function, Span<float> elements)
    {
        switch (function)
        {
            case VectorFunction.Tanh:
                foreach (ref float element in elements)
                {
                    element = MathF.Tanh(element);
                }

                break;
            case VectorFunction.Gelu:
                foreach (ref float element in elements)
                {
                    element = (float)(element * (1 + ErrorFunction(element / Math.Sqrt(2))) / 2);
                }

                break;
            case VectorFunction.Softmax:
                Softmax(elements);
                break;
        }
    }

    /// <summary>erf by its series 2/√π · e^(-x²) · Σ 2ⁿ · x²ⁿ⁺¹ / (2n + 1)!!, whose terms all have one sign.</summary>
    private static double ErrorFunction(double x)
    {
        // Beyond, a double has no digit left that would tell it from ±1.
        const double Largest = 6;
        if (!(Math.Abs(x) < Largest))
        {
            return double.IsNaN(x) ? x : Math.Sign(x);
        }

        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-17; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static void Softmax(Span<float> elements)
    {
        float largest = float.NegativeInfinity;
        foreach (float element in elements)
        {
            largest = Math.Max(largest, element);
        }

        double sum = 0;
        foreach (ref float element in elements)
        {
            element = MathF.Exp(element - largest);
            sum += element;
        }

        foreach (ref float element in elements)
        {
            element = (float)(element / sum);
        }
    }

    private static void Normalize(Span<float> elements, float* weights, float epsilon)
    {
        double mean = 0;
        foreach (float element in elements)
        {
            mean += element;
        }

        mean /= elements.Length;
        double variance = 0;
        foreach (float element in elements)
        {
            variance += (element - mean) * (element - mean);
        }

        double factor = 1 / Math.Sqrt(variance / elements.Length + epsilon);
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = (float)((elements[i] - mean) * factor) * weights[i];
        }
    }
}
