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

    public string AppendKeyValue(int headDimension, int valueStride) => Add(
        $"AppendKeyValue_{headDimension}",
        "AppendKeyValue",
        [Constant("HeadDimension", headDimension), Constant("ValueStride", valueStride)]);

    /// <summary>Attention of a tile of query rows; <paramref name="rows"/> wanted at most.</summary>
    public string Attention(string phase, int headDimension, int valueStride, int rows)
    {
        string name = $"Attention{phase}_{headDimension}";
        KernelFile file = KernelFile.Get("Attention");
        var repeats = new List<KernelRepeat>();
        foreach (VectorWidth width in VectorWidth.All)
        {
            // The rows are spread evenly over as few tiles as registers allow: 7 rows at 6 a tile are two tiles of 4.
            int largest = file.Tile('r', width);
            int tiles = (rows + largest - 1) / largest;
            repeats.Add(new KernelRepeat('r', width, (rows + tiles - 1) / tiles));

            // A chunk of the output is as many vectors as divide a value, four at most: with the rows' tile that fills the registers.
            int vectors = valueStride / width.Lanes;
            repeats.Add(new KernelRepeat('v', width, Enumerable.Range(1, 4).Last(count => vectors % count == 0)));
        }

        float scale = (float)(1 / Math.Sqrt(headDimension));
        return Add(
            name,
            "Attention",
            [Constant("HeadDimension", headDimension), Constant("ValueStride", valueStride), Constant("Scale", scale)],
            repeats);
    }

    private static KernelConstant Words(ActivationFormat format) => Constant("Words", format == ActivationFormat.Int16Blocks);

    private static KernelConstant Constant(string name, int value) => new(name, value.ToString(CultureInfo.InvariantCulture));

    private static KernelConstant Constant(string name, float value) => new(name, value.ToString("G9", CultureInfo.InvariantCulture) + "f");

    private static KernelConstant Constant(string name, bool value) => new(name, value ? "true" : "false");

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
