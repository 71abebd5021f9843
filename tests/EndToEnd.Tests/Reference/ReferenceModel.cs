using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Gguf;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>
/// The forward pass of a llama, qwen2 or qwen3 model in float64, as plain as it can be written, over the dequantised weights of a GGUF file. It shares
/// nothing with what it tests but the reader of the header.
/// </summary>
internal sealed class ReferenceModel
{
    private readonly GgufHeader _header;
    private readonly Dictionary<string, ReferenceMatrix> _tensors;
    private readonly string _architecture;
    private readonly bool _quantizesActivations;
    private readonly int _layers;
    private readonly int _heads;
    private readonly int _keyValueHeads;
    private readonly int _headDimension;
    private readonly int _rotaryDimensions;
    private readonly double _rotaryBase;
    private readonly double _epsilon;

    /// <param name="path">A GGUF file.</param>
    /// <param name="quantizesActivations">
    /// Quantised matrices read their input rounded to 8 bits in blocks of 32, as the kernels and llama.cpp do; else as it is.
    /// </param>
    public ReferenceModel(string path, bool quantizesActivations)
    {
        byte[] file = File.ReadAllBytes(path);
        _header = GgufHeaderReader.ReadFile(path).Header;
        _architecture = _header.Find("general.architecture")!.Text!;
        _quantizesActivations = quantizesActivations;
        _tensors = _header.Tensors.ToDictionary(
            tensor => tensor.Name,
            tensor => ReferenceMatrix.Read(file.AsSpan((int)(_header.DataOffset + tensor.Offset)), tensor));
        int embedding = Integer("embedding_length");
        _layers = Integer("block_count");
        _heads = Integer("attention.head_count");
        _keyValueHeads = Integer("attention.head_count_kv", _heads);
        _headDimension = Integer("attention.key_length", embedding / _heads);
        _rotaryDimensions = Integer("rope.dimension_count", _headDimension);
        _rotaryBase = _header.Find(_architecture + ".rope.freq_base")?.Real ?? 10000;
        _epsilon = _header.Find(_architecture + ".attention.layer_norm_rms_epsilon")!.Real;
    }

    /// <summary>The logits after each token.</summary>
    public double[][] Evaluate(IReadOnlyList<int> tokens)
    {
        ReferenceMatrix output = _tensors.GetValueOrDefault("output.weight") ?? _tensors["token_embd.weight"];
        double[][] x = [.. tokens.Select(token => _tensors["token_embd.weight"].Row(token))];
        for (int layer = 0; layer < _layers; layer++)
        {
            string prefix = $"blk.{layer}.";
            double[][] normed = [.. x.Select(row => Norm(row, prefix + "attn_norm.weight"))];
            double[][] queries = [.. normed.Select((row, position) => Rotate(Project(prefix + "attn_q", row), position))];
            double[][] keys = [.. normed.Select((row, position) => Rotate(Project(prefix + "attn_k", row), position))];
            double[][] values = [.. normed.Select(row => Project(prefix + "attn_v", row))];
            for (int position = 0; position < x.Length; position++)
            {
                Add(x[position], Multiply(prefix + "attn_output.weight", Attend(queries[position], keys[..(position + 1)], values)));
                double[] feed = Norm(x[position], prefix + "ffn_norm.weight");
                double[] gate = Multiply(prefix + "ffn_gate.weight", feed);
                double[] up = Multiply(prefix + "ffn_up.weight", feed);
                double[] hidden = [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)];
                Add(x[position], Multiply(prefix + "ffn_down.weight", hidden));
            }
        }

        return [.. x.Select(row => output.Multiply(Norm(row, "output_norm.weight"), _quantizesActivations))];
    }

    private double[] Multiply(string name, double[] input) => _tensors[name].Multiply(input, _quantizesActivations);

    // W · x + bias, then the norm of each head; the latter two where the model has them.
    private double[] Project(string name, double[] input)
    {
        double[] heads = Multiply(name + ".weight", input);
        if (_tensors.TryGetValue(name + ".bias", out ReferenceMatrix? bias))
        {
            Add(heads, bias.Row(0));
        }

        return _tensors.ContainsKey(name + "_norm.weight")
            ? [.. heads.Chunk(_headDimension).SelectMany(head => Norm(head, name + "_norm.weight"))]
            : heads;
    }

    // x · weight / sqrt(mean(x²) + ε)
    private double[] Norm(double[] x, string name)
    {
        double scale = 1 / Math.Sqrt(x.Sum(value => value * value) / x.Length + _epsilon);
        return [.. x.Zip(_tensors[name].Row(0), (value, weight) => value * scale * weight)];
    }

    // Turns elements 2i and 2i + 1 of each head, or i and i + dimensions / 2, by position · base^(-2i / dimensions) / factor.
    private double[] Rotate(double[] heads, int position)
    {
        double[] rotated = [.. heads];
        for (int head = 0; head < heads.Length; head += _headDimension)
        {
            for (int i = 0; i < _rotaryDimensions / 2; i++)
            {
                double factor = _tensors.GetValueOrDefault("rope_freqs.weight")?.Row(0)[i] ?? 1;
                (double sine, double cosine) = Math.SinCos(position * Math.Pow(_rotaryBase, -2.0 * i / _rotaryDimensions) / factor);
                (int first, int second) = _architecture == "llama" ? (head + 2 * i, head + 2 * i + 1) : (head + i, head + i + _rotaryDimensions / 2);
                rotated[first] = heads[first] * cosine - heads[second] * sine;
                rotated[second] = heads[first] * sine + heads[second] * cosine;
            }
        }

        return rotated;
    }

    // Of each head: Σ softmax(q · k / sqrt(dimension)) · v over the tokens so far.
    private double[] Attend(double[] query, double[][] keys, double[][] values)
    {
        double[] attended = new double[query.Length];
        for (int head = 0; head < _heads; head++)
        {
            int q = head * _headDimension;
            int kv = head / (_heads / _keyValueHeads) * _headDimension;
            double[] scores =
            [
                .. keys.Select(key => Enumerable.Range(0, _headDimension).Sum(i => query[q + i] * key[kv + i]) / Math.Sqrt(_headDimension)),
            ];
            double largest = scores.Max();
            double[] weights = [.. scores.Select(score => Math.Exp(score - largest))];
            double sum = weights.Sum();
            for (int position = 0; position < weights.Length; position++)
            {
                for (int i = 0; i < _headDimension; i++)
                {
                    attended[q + i] += weights[position] / sum * values[position][kv + i];
                }
            }
        }

        return attended;
    }

    private static void Add(double[] x, double[] y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] += y[i];
        }
    }

    private int Integer(string suffix, int fallback = 0) => (int)(_header.Find(_architecture + "." + suffix)?.Integer ?? fallback);
}
