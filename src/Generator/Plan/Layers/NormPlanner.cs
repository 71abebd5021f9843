using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Plans norms of x. An RMSNorm with weights writes each format itself; a LayerNorm, and an RMSNorm with biases, writes floats, which are
/// quantised where the next matrices read that.
/// </summary>
internal sealed class NormPlanner(Kernels kernels, Buffers buffers, int length)
{
    /// <summary>What matrices behind a norm of x read.</summary>
    /// <param name="name">Name of the norm and of its job.</param>
    /// <param name="norm">The norm; null: matrices read x itself.</param>
    /// <param name="prefix">Begin of its buffers' names.</param>
    /// <param name="readers">Formats of the matrices' activations.</param>
    /// <param name="weights">Where a vector of this name lies.</param>
    /// <param name="x">Buffer of what is normalised.</param>
    public NormStep Of(
        string name,
        NormSpec? norm,
        string prefix,
        IEnumerable<ActivationFormat> readers,
        Func<string, WeightReference> weights,
        string x = EmbedStep.Output)
    {
        ActivationFormat[] formats = [.. readers.Distinct().OrderBy(format => format)];
        var outputs = new List<NormOutput>();
        string source = norm is null ? x : BufferOf(prefix, ActivationFormat.Float32);
        bool writesEach = norm is not null && !HasBothVectors(norm);
        if (norm is not null && !writesEach)
        {
            buffers.Add(source, "normalised x", ActivationFormat.Float32, length);
            outputs.Add(new NormOutput(kernels.LayerNorm(length, norm), NormArguments.WeightAndBias, x, source, ActivationFormat.Float32));
        }

        foreach (ActivationFormat format in formats.Where(format => writesEach || format != ActivationFormat.Float32))
        {
            string buffer = BufferOf(prefix, format);
            buffers.Add(buffer, norm is null ? "x, quantised" : "normalised x", format, length);
            outputs.Add(writesEach
                ? new NormOutput(kernels.RmsNorm(format, length, norm!.Epsilon), NormArguments.Weight, x, buffer, format)
                : new NormOutput(kernels.QuantizeRow(format, length), NormArguments.None, source, buffer, format));
        }

        return Step(name, norm, weights, outputs);
    }

    /// <summary>A norm of floats in place.</summary>
    public NormStep InPlace(string name, NormSpec norm, string buffer, Func<string, WeightReference> weights)
    {
        bool isLayerNorm = HasBothVectors(norm);
        string kernel = isLayerNorm ? kernels.LayerNorm(length, norm) : kernels.RmsNorm(ActivationFormat.Float32, length, norm.Epsilon);
        NormArguments arguments = isLayerNorm ? NormArguments.WeightAndBias : NormArguments.Weight;
        return Step(name, norm, weights, [new NormOutput(kernel, arguments, buffer, buffer, ActivationFormat.Float32)]);
    }

    /// <summary>Buffer that a matrix of an activation format reads behind a norm; x itself where there is none and it reads floats.</summary>
    public static string BufferOf(string prefix, NormSpec? norm, ActivationFormat format) =>
        norm is null && format == ActivationFormat.Float32 ? "X" : BufferOf(prefix, format);

    /// <summary>Whether a norm's kernel has arguments for weights and biases, each of which may be missing.</summary>
    public static bool HasBothVectors(NormSpec norm) => norm.Kind == NormKind.Layer || norm.Bias is not null || norm.Weight is null;

    private static string BufferOf(string prefix, ActivationFormat format) => prefix + "Normed" + Kernels.Of(format);

    private static NormStep Step(string name, NormSpec? norm, Func<string, WeightReference> weights, List<NormOutput> outputs) => new(
        name,
        (norm switch
        {
            null => "x",
            { Kind: NormKind.Layer } => "x̂ = (x - mean(x)) / √(variance(x) + ε) · weight + bias",
            { Bias: not null } => "x̂ = x / √(mean(x²) + ε) · weight + bias",
            _ => "x̂ = x / √(mean(x²) + ε) · weight",
        }) + ", as " + string.Join(" and as ", outputs.Select(output => Describe(output.Format))),
        norm?.Weight is null ? null : weights(name),
        norm?.Bias is null ? null : weights(name + "Bias"),
        outputs.ToEquatableArray());

    /// <summary>What rows of a format are made of, for the reader.</summary>
    private static string Describe(ActivationFormat format) => format switch
    {
        ActivationFormat.Int8Blocks => "bytes with a scale each 32",
        ActivationFormat.Int16Blocks => "words with a scale each 32",
        _ => "floats",
    };
}
