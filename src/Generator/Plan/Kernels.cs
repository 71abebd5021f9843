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
/// <param name="wordSteps">Steps from 0 to the largest number of a quantised row of words.</param>
internal sealed class Kernels(int wordSteps = Kernels.StepsOfByte)
{
    /// <summary>Steps of numbers that have a byte.</summary>
    public const int StepsOfByte = 127;

    /// <summary>Steps of numbers that have 16 bits.</summary>
    public const int StepsOfWord = 32767;

    private readonly SortedDictionary<string, KernelPlan> _plans = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ProductShape> _shapes = new(StringComparer.Ordinal);

    /// <summary>The kernels by name.</summary>
    public IReadOnlyCollection<KernelPlan> All => _plans.Values;

    /// <summary>Shapes of products by name.</summary>
    public IEnumerable<ProductShape> Shapes => _shapes.Values;

    /// <summary>One strip of a matrix times one, a few or many rows of activations.</summary>
    /// <param name="format">Format of the matrix.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="accumulates">Whether the product is added to what is there.</param>
    /// <param name="heads">Heads whose activations stand behind each other in a row, of which the matrix reads one's.</param>
    public ProductKernels Product(TensorFormat format, int columns, bool accumulates, int heads = 1)
    {
        string kind = Of(format.Activation) is { Length: > 0 } blocks ? blocks : "Floats";
        string ofHeads = heads == 1 ? "" : "Of" + heads.ToString(CultureInfo.InvariantCulture);
        string name = $"{(accumulates ? "Add" : "")}{kind}{columns.ToString(CultureInfo.InvariantCulture)}{ofHeads}";
        var shape = new ProductShape(name, columns, heads * Buffers.RowBytes(format.Activation, columns), accumulates);
        _shapes[name] = shape;
        return new ProductKernels(Add(new KernelPlan(
            format.Name,
            "MatMul" + format.Name,
            KernelPlan.None,
            VectorWidth.All.Select(width => new KernelRepeat('t', width, ProductRows.Many("MatMul" + format.Name, width))).ToEquatableArray(),
            IsProduct: true)), shape);
    }

    /// <summary>A row of an embedding matrix.</summary>
    public string Embed(TensorFormat format, int columns) =>
        Add($"Embed_{format.Name}_{columns}", "Embed" + format.Name, [Constant("Columns", columns)]);

    /// <summary>An RMSNorm with weights whose result is written in <paramref name="format"/>.</summary>
    public string RmsNorm(ActivationFormat format, int length, float epsilon) => format == ActivationFormat.Float32
        ? Add($"RmsNorm_{length}", "RmsNorm", [Constant("Length", length), Constant("Epsilon", epsilon)])
        : Add($"RmsNorm{Of(format)}_{length}", "RmsNormQuantize", [Constant("Length", length), Constant("Epsilon", epsilon), .. Quantized(format)]);

    /// <summary>An RMSNorm of floats with weights or without.</summary>
    public string RmsNorm(int length, NormSpec norm) => norm.Weight is null
        ? Add($"PlainRmsNorm_{length}", "RmsNorm", [Constant("Length", length), Constant("Epsilon", norm.Epsilon), Constant("HasWeight", false)])
        : RmsNorm(ActivationFormat.Float32, length, norm.Epsilon);

    /// <summary>A LayerNorm, or an RMSNorm with biases, whose result is floats.</summary>
    public string LayerNorm(int length, NormSpec norm) => Add(
        $"{(norm.Kind == NormKind.Layer ? "LayerNorm" : "RmsNorm")}{(norm.Weight is null ? "Plain" : "")}{(norm.Bias is null ? "" : "Bias")}_{length}",
        "LayerNorm",
        [
            Constant("IsCentred", norm.Kind == NormKind.Layer),
            Constant("Length", length),
            Constant("Epsilon", norm.Epsilon),
            Constant("HasWeight", norm.Weight is not null),
            Constant("HasBias", norm.Bias is not null),
        ]);

    public string QuantizeRow(ActivationFormat format, int length) =>
        Add($"QuantizeRow{Of(format)}_{length}", "QuantizeRow", [Constant("Length", length), .. Quantized(format)]);

    /// <summary>An activation function of 32 values, times another 32 where it is gated, whose result is written in <paramref name="format"/>.</summary>
    /// <param name="format">Format of the result.</param>
    /// <param name="function">The function; null: the identity.</param>
    /// <param name="isGated">Whether there is a factor.</param>
    /// <param name="columns">Of the row that the result is a part of.</param>
    public string Activate(ActivationFormat format, ActivationFunction? function, bool isGated, int columns)
    {
        string name = $"{(isGated ? "Gated" : "")}{function?.ToString() ?? "Identity"}{Of(format)}";
        KernelConstant[] constants =
        [
            Constant("IsSilu", function == ActivationFunction.Silu),
            Constant("IsGelu", function == ActivationFunction.Gelu),
            Constant("IsExactGelu", function == ActivationFunction.ExactGelu),
            Constant("IsSquaredRelu", function == ActivationFunction.SquaredRelu),
            Constant("IsRelu", function == ActivationFunction.Relu),
            Constant("IsClampedSwiGlu", function == ActivationFunction.ClampedSwiGlu),
            Constant("IsGated", isGated),
        ];
        return format == ActivationFormat.Float32
            ? Add(name, "Activate", constants)
            : Add($"{name}_{columns}", "ActivateQuantize", [.. constants, Constant("Columns", columns), .. Quantized(format)]);
    }

    /// <summary>What the names of kernels and buffers say of a format of activations: nothing for floats.</summary>
    public static string Of(ActivationFormat format) => format switch
    {
        ActivationFormat.Int8Blocks => "Bytes",
        ActivationFormat.Int16Blocks => "Words",
        _ => "",
    };

    /// <summary>x += b of any length.</summary>
    public string AddVector() => Add("AddVector", "AddVector", []);

    /// <summary>x += scale · y of any length.</summary>
    public string AddScaled() => Add("AddScaled", "AddScaled", []);

    /// <summary>Floats behind the products that <see cref="Route"/> needs for a row: ranks and chosen weights in whole vectors, and two a group.</summary>
    public static int RouteFloats(RouterSpec router) => router.Experts + router.Used + 2 * router.Groups + 32;

    /// <summary>Chooses a row's experts.</summary>
    public string Route(RouterSpec router) => Add(
        "Route",
        "Route",
        [
            Constant("Experts", router.Experts),
            Constant("Used", router.Used),
            Constant("IsSoftmax", router.Gating == GatingFunction.Softmax),
            Constant("IsSigmoid", router.Gating == GatingFunction.Sigmoid),
            Constant("IsSquareRootOfSoftplus", router.Gating == GatingFunction.SquareRootOfSoftplus),
            Constant("IsSoftmaxOfChosen", router.Gating == GatingFunction.SoftmaxOfChosen),
            Constant("Groups", router.Groups),
            Constant("UsedGroups", router.UsedGroups),
            Constant("Normalises", router.Normalises),
            Constant("Scale", router.Scale),
        ]);

    /// <summary>What streams are predicted or corrected by.</summary>
    public string StreamCoefficients(int count, int length, float bias) => Add(
        $"StreamCoefficients_{count}",
        "StreamCoefficients",
        [
            Constant("Streams", AltUpSpec.Streams), Constant("Count", count), Constant("Scale", 1f / length), Constant("Bias", bias),
        ]);

    /// <summary>Predicts four streams from all of them.</summary>
    public string PredictStreams(int length) => Add("PredictStreams", "PredictStreams", [Constant("Length", length)]);

    /// <summary>Corrects four streams by what a layer has added to the first.</summary>
    public string CorrectStreams(int length) => Add("CorrectStreams", "CorrectStreams", [Constant("Length", length)]);

    /// <summary>Brings a vector to the length of another.</summary>
    public string MatchLength(int length) => Add($"MatchLength_{length}", "MatchLength", [Constant("Length", length)]);

    /// <summary>Leaves of a row what is above its mean by so many standard deviations.</summary>
    public string CutBelow(int length, float deviations) =>
        Add($"CutBelow_{length}", "CutBelow", [Constant("Length", length), Constant("Deviations", deviations)]);

    /// <summary>x *= factor of any length.</summary>
    public string Multiply() => Add("Multiply", "Multiply", []);

    /// <summary>x *= y of any length.</summary>
    public string MultiplyVector() => Add("MultiplyVector", "MultiplyVector", []);

    /// <summary>x *= σ(gate) of any length.</summary>
    public string MultiplySigmoid() => Add("MultiplySigmoid", "MultiplySigmoid", []);

    /// <summary>y = max(y, x + b) of any length, or y = max(y, x) where there is no b.</summary>
    public string TakeLargest(bool hasBias) => Add(hasBias ? "TakeLargestBias" : "TakeLargest", "TakeLargest", [Constant("HasBias", hasBias)]);

    /// <summary>x = min(max(x, -bound), bound) of any length.</summary>
    public string Clamp(float bound) => Add("Clamp", "Clamp", [Constant("Bound", bound)]);

    /// <summary>x = bound · tanh(x / bound) of whole vectors.</summary>
    public string SoftCap(string name, float bound) => Add(name, "SoftCap", [Constant("Bound", bound)]);

    /// <summary>Attention's linear biases of a row of scores.</summary>
    public string BiasScores() => Add("BiasScores", "BiasScores", []);

    /// <summary>A score beside those of the keys.</summary>
    public string AddSink(int stride) => Add($"AddSink_{stride.ToString(CultureInfo.InvariantCulture)}", "AddSink", [Constant("Stride", stride)]);

    /// <summary>Hides the scores before a window.</summary>
    public string MaskScores() => Add("MaskScores", "MaskScores", []);

    /// <summary>xIELU of 32 values in place.</summary>
    public string Xielu() => Add("Xielu", "Xielu", []);

    /// <summary>Rotation of heads.</summary>
    /// <param name="headDimension">Floats from one head to the next.</param>
    /// <param name="rotary">The rotation.</param>
    public string Rope(int headDimension, RotarySpec rotary) => Add(
        $"Rope{rotary.Pairing}_{headDimension}{(rotary.Dimensions == headDimension ? "" : $"_{rotary.Dimensions}")}",
        "Rope" + rotary.Pairing,
        [Constant("HeadDimension", headDimension), Constant("RotaryDimensions", rotary.Dimensions)]);

    /// <summary>Any K-file at the given constants.</summary>
    public string Of(string name, string kernelFile, KernelConstant[] constants, IEnumerable<KernelRepeat>? repeats = null) =>
        Add(name, kernelFile, constants, repeats);

    public static KernelConstant Constant(string name, int value) => new(name, value.ToString(CultureInfo.InvariantCulture));

    public static KernelConstant Constant(string name, float value) => new(name, value.ToString("G9", CultureInfo.InvariantCulture) + "f");

    public static KernelConstant Constant(string name, bool value) => new(name, value ? "true" : "false");

    private KernelConstant[] Quantized(ActivationFormat format)
    {
        bool words = format == ActivationFormat.Int16Blocks;
        return [Constant("Words", words), .. words && wordSteps != StepsOfByte ? new[] { Constant("Steps", (float)wordSteps) } : []];
    }

    private string Add(string name, string kernelFile, KernelConstant[] constants, IEnumerable<KernelRepeat>? repeats = null) =>
        Add(new KernelPlan(name, kernelFile, constants.ToEquatableArray(), (repeats ?? []).ToEquatableArray()));

    /// <summary>
    /// A kernel with the constants of one that is there is that one. One that differs in a constant that names do not tell, such as a
    /// second ε, has a number behind its name.
    /// </summary>
    private string Add(KernelPlan plan)
    {
        string name = plan.Name;
        for (int other = 2; _plans.TryGetValue(name, out KernelPlan known); other++)
        {
            if (known == plan with { Name = name })
            {
                return name;
            }

            name = $"{plan.Name}_{other.ToString(CultureInfo.InvariantCulture)}";
        }

        _plans.Add(name, plan with { Name = name });
        return name;
    }
}
