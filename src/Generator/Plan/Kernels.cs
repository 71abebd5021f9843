using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Generator.Specialise;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Collects the kernels that a model's steps ask for: one a distinct shape and format, however many layers call it.
/// </summary>
internal sealed class Kernels
{
    // How far ahead of its use a decode kernel asks for the weight stream; a prefill tile's weights come from the first-level cache.
    private const int DecodePrefetchBytes = 2048;

    private readonly SortedDictionary<string, KernelPlan> _plans = new(StringComparer.Ordinal);

    public IEnumerable<KernelPlan> All => _plans.Values;

    /// <summary>One strip of a matrix times one token.</summary>
    public string MatVec(TensorFormat format, int columns, bool accumulate) =>
        MatMul("MatVec", format, columns, accumulate, DecodePrefetchBytes, []);

    /// <summary>One strip of a matrix times a tile of tokens.</summary>
    public string MatMul(TensorFormat format, int columns, bool accumulate) =>
        MatMul("MatMul", format, columns, accumulate, prefetchBytes: 0, VectorWidth.All.Select(width => TokensOfTile(format, width)));

    /// <summary>A row of an embedding matrix.</summary>
    public string Embed(TensorFormat format, int columns) =>
        Add($"Embed_{format.Name}_{columns}", "Embed" + format.Name, [Constant("Columns", columns)]);

    /// <summary>A norm whose result is written in <paramref name="format"/>.</summary>
    public string RmsNorm(ActivationFormat format, int length, float epsilon) => format == ActivationFormat.Float32
        ? Add($"RmsNorm_{length}", "RmsNorm", [Constant("Length", length), Constant("Epsilon", epsilon)])
        : Add($"RmsNorm{Of(format)}_{length}", "RmsNormQuantize", [Constant("Length", length), Constant("Epsilon", epsilon), Words(format)]);

    public string QuantizeRow(ActivationFormat format, int length) =>
        Add($"QuantizeRow{Of(format)}_{length}", "QuantizeRow", [Constant("Length", length), Words(format)]);

    /// <summary>The gated activation whose result is written in <paramref name="format"/>.</summary>
    public string SwiGlu(ActivationFormat format, int columns) => format == ActivationFormat.Float32
        ? Add("SwiGlu", "SwiGlu", [])
        : Add($"SwiGlu{Of(format)}_{columns}", "SwiGluQuantize", [Constant("Columns", columns), Words(format)]);

    /// <summary>What the names of kernels and buffers say of a format of activations: nothing for floats.</summary>
    public static string Of(ActivationFormat format) => format switch
    {
        ActivationFormat.Int8Blocks => "Bytes",
        ActivationFormat.Int16Blocks => "Words",
        _ => "",
    };

    /// <summary>x += b of any length.</summary>
    public string AddVector() => Add("AddVector", "AddVector", []);

    public string Rope(int headDimension, RotarySpec rotary) => Add(
        $"Rope{rotary.Pairing}_{headDimension}",
        "Rope" + rotary.Pairing,
        [Constant("HeadDimension", headDimension), Constant("RotaryDimensions", rotary.Dimensions)]);

    /// <summary>Any K-file at the given constants.</summary>
    public string Of(string name, string kernelFile, KernelConstant[] constants, IEnumerable<KernelRepeat>? repeats = null) =>
        Add(name, kernelFile, constants, repeats);

    public static KernelConstant Constant(string name, int value) => new(name, value.ToString(CultureInfo.InvariantCulture));

    public static KernelConstant Constant(string name, float value) => new(name, value.ToString("G9", CultureInfo.InvariantCulture) + "f");

    public static KernelConstant Constant(string name, bool value) => new(name, value ? "true" : "false");

    private static KernelConstant Words(ActivationFormat format) => Constant("Words", format == ActivationFormat.Int16Blocks);

    private string MatMul(
        string kind, TensorFormat format, int columns, bool accumulate, int prefetchBytes, IEnumerable<KernelRepeat> repeats)
    {
        return Add(
            $"{kind}{(accumulate ? "Add" : "")}_{format.Name}_{columns}",
            "MatMul" + format.Name,
            [
                Constant("Columns", columns),
                Constant("InputStride", Buffers.RowBytes(format.Activation, columns)),
                Constant("PrefetchBytes", prefetchBytes),
                Constant("Accumulate", accumulate),
            ],
            repeats);
    }

    private static KernelRepeat TokensOfTile(TensorFormat format, VectorWidth width) =>
        new('t', width, KernelFile.Get("MatMul" + format.Name).Tile('t', width));

    private string Add(string name, string kernelFile, KernelConstant[] constants, IEnumerable<KernelRepeat>? repeats = null)
    {
        if (!_plans.ContainsKey(name))
        {
            _plans.Add(name, new KernelPlan(name, kernelFile, constants.ToEquatableArray(), (repeats ?? []).ToEquatableArray()));
        }

        return name;
    }
}
