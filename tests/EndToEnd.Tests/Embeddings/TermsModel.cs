using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Reference;
using ModelGen.Gguf;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>Encoders with a head that weighs terms, and what they give in float64.</summary>
internal static class TermsModel
{
    /// <summary>All of them: with biases and without, output matrices of their own and tied ones, floats and blocks.</summary>
    public static IReadOnlyList<GoldenModel> All { get; } =
    [
        Of("bert", "F32", hasBiases: true, isTied: true),
        Of("bert", "F16", hasBiases: false, isTied: false),
        Of("bert", "Q8_0", hasBiases: true, isTied: true),
        Of("modern-bert", "F32", hasBiases: false, isTied: false),
        Of("modern-bert", "F16", hasBiases: true, isTied: true),
        Of("modern-bert", "Q8_0", hasBiases: true, isTied: false),
        Of("eurobert", "F32", hasBiases: true, isTied: false),
    ];

    public static GoldenModel Find(string name) => All.Single(model => model.Name == name);

    /// <summary>The weights of all terms, as the paper has them, over the weights of the file.</summary>
    /// <param name="golden">One of them.</param>
    /// <param name="contextLength">Of the model that is compared.</param>
    /// <param name="text">Ids.</param>
    /// <param name="roundsActivations">Whether matrices of blocks read their input rounded to 8 bits.</param>
    public static double[] Weights(GoldenModel golden, int contextLength, int[] text, bool roundsActivations)
    {
        string path = golden.WriteFile();
        byte[] file = File.ReadAllBytes(path);
        GgufHeader header = GgufHeaderReader.ReadFile(path).Header;
        ReferenceMatrix hidden = Read("cls.weight")!;
        ReferenceMatrix output = Read("output.weight") ?? Read("token_embd.weight")!;
        double[]? hiddenBias = Read("cls.bias")?.Row(0);
        double[] norm = Read("cls.norm.weight")!.Row(0);
        double[]? normBias = Read("cls.norm.bias")?.Row(0);
        double[]? outputBias = Read("output.bias")?.Row(0);
        double[][] vectors = new ReferenceModel(path, roundsActivations, contextLength).Evaluate(text);
        double[][] logits = [.. vectors.Select(LogitsOf)];
        return [.. Enumerable.Range(0, logits[0].Length).Select(id => Math.Log(1 + Math.Max(0, logits.Max(row => row[id]))))];

        double[] LogitsOf(double[] x)
        {
            double[] products = hidden.Multiply(x, roundsActivations);
            double[] values = [.. products.Select((product, i) =>
                ReferenceMath.Activate(product + (hiddenBias?[i] ?? 0), 1, new ActivationSpec(ActivationFunction.ExactGelu)))];
            double mean = values.Average();
            double scale = 1 / Math.Sqrt(values.Average(value => (value - mean) * (value - mean)) + golden.Preset.Epsilon);
            double[] normed = [.. values.Select((value, i) => (value - mean) * scale * norm[i] + (normBias?[i] ?? 0))];
            return [.. output.Multiply(normed, roundsActivations).Select((product, id) => product + (outputBias?[id] ?? 0))];
        }

        ReferenceMatrix? Read(string name)
        {
            if (header.Tensors.FirstOrDefault(tensor => tensor.Name == name) is not GgufTensor tensor)
            {
                return null;
            }

            int columns = (int)tensor.Shape[0];
            return new ReferenceMatrix(
                file.AsSpan((int)(header.DataOffset + tensor.Offset)),
                new TensorSpec(name, tensor.TypeId, columns, (int)(tensor.ElementCount / columns)));
        }
    }

    private static GoldenModel Of(string preset, string format, bool hasBiases, bool isTied)
    {
        DecoderPreset encoder = EncoderPresets.Find(preset);
        return new GoldenModel(
            $"terms-{preset}-{format}",
            encoder with { Encoder = encoder.Encoder! with { Terms = new(hasBiases, isTied) } },
            FormatMix.Of(format));
    }
}
