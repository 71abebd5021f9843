using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Gguf;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Decides everything about a model: which steps it takes and which of them are fused, which kernels they call, how work is shared out,
/// and where buffers lie.
/// </summary>
/// <remarks>
/// The rules of fusion, in the order of a layer:
/// <list type="table">
/// <item><term>norm + quantise</term><description>one pass, where the next matrices read quantised rows</description></item>
/// <item><term>q | k | v</term><description>one matrix a run of equal formats (decided by the weight layout)</description></item>
/// <item><term>rope + append + attention + merge</term><description>one step; its chunks are ranges of keys of a key/value head</description></item>
/// <item><term>gate | up + SwiGLU + quantise</term><description>one step in units of 32 hidden values, where gate and up have one format</description></item>
/// <item><term>matrix + residual</term><description>x += W·y in the kernel itself</description></item>
/// </list>
/// </remarks>
internal sealed class Planner
{
    /// <summary>
    /// Tokens of a prefill batch at most. Enough that the weights, read once a batch, cost nothing beside the arithmetic, and few enough
    /// that a batch's activations of one matrix stay in a second-level cache; divisible by every kernel's tile.
    /// </summary>
    public const int MaxPrefillTokens = 192;

    // Every tile that a K-file names divides this; shorter contexts get a batch that is a multiple of it.
    private const int TileMultiple = 48;

    // Steps of a layer, for the lifetimes of buffers. X lives throughout.
    private const int NormTime = 0;
    private const int ProjectionTime = 1;
    private const int AttentionTime = 2;
    private const int OutputTime = 3;
    private const int GateUpTime = 5;
    private const int DownTime = 6;

    private readonly ModelSpec _spec;
    private readonly WeightLayout _layout;
    private readonly Kernels _kernels = new();
    private readonly Dictionary<string, BufferPlan> _buffers = new(StringComparer.Ordinal);
    private readonly int _prefillTokens;
    private readonly KeyValuePlan _keyValue;

    private Planner(ModelSpec spec, WeightLayout layout, int contextLength, KeyValueFormat keyValueFormat)
    {
        _spec = spec;
        _layout = layout;
        _prefillTokens = Math.Min(MaxPrefillTokens, (contextLength + TileMultiple - 1) / TileMultiple * TileMultiple);
        _keyValue = KeyValuePlan.Create(keyValueFormat, spec.HeadDimension, spec.KeyValueHeadCount, spec.Layers.Count, contextLength);
    }

    /// <summary>Makes the plan.</summary>
    /// <param name="header">The header that the spec was read from.</param>
    /// <param name="spec">What to compute.</param>
    /// <param name="fileName">Name of the GGUF file.</param>
    /// <param name="contextLength">Tokens of a session; checked by the caller.</param>
    /// <param name="keyValueFormat">Format of keys and values.</param>
    public static ModelPlan Create(GgufHeader header, ModelSpec spec, string fileName, int contextLength, KeyValueFormat keyValueFormat)
    {
        WeightLayout layout = WeightLayout.Create(spec);
        return new Planner(spec, layout, contextLength, keyValueFormat).Create(header, fileName, contextLength);
    }

    private ModelPlan Create(GgufHeader header, string fileName, int contextLength)
    {
        AddBuffer("X", "residual stream", ActivationFormat.Float32, _spec.EmbeddingLength, NormTime, DownTime);
        AddBuffer("Angles", "factors of the rotary embedding", ActivationFormat.Float32, 2 * _spec.Rotary.Dimensions, NormTime, DownTime);

        var kinds = new List<LayerKind>();
        var kindOfLayer = new List<int>();
        foreach (PackedLayer layer in _layout.Layers)
        {
            string formats = FormatsOf(layer);
            int kind = kinds.FindIndex(candidate => candidate.Formats == formats);
            if (kind < 0)
            {
                kind = kinds.Count;
                kinds.Add(new LayerKind(formats, LayerSteps(layer).ToEquatableArray()));
            }

            kindOfLayer.Add(kind);
        }

        EquatableArray<Step> head = HeadSteps().ToEquatableArray();
        var embedding = new EmbeddingPlan(
            _kernels.Embed(_layout.TokenEmbedding.Format, _spec.EmbeddingLength), _layout.TokenEmbedding.Offset, _layout.TokenEmbedding.Format.Name);
        (EquatableArray<BufferPlan> buffers, long scratchBytes) = Buffers.Place(_buffers.Values.OrderBy(buffer => buffer.Name, StringComparer.Ordinal).ToList());
        return new ModelPlan(
            _spec,
            fileName,
            header.HeaderHash,
            GgufSnapshot.ShapeHash(header),
            contextLength,
            _prefillTokens,
            _layout.Length,
            _keyValue,
            PlanWeights(),
            buffers,
            scratchBytes,
            kinds.ToEquatableArray(),
            kindOfLayer.ToEquatableArray(),
            embedding,
            _layout.RotaryFactors?.Offset,
            head,
            _kernels.All.ToEquatableArray(),
            CostOfToken());
    }

    private static string FormatsOf(PackedLayer layer)
    {
        string queryKeyValue = string.Join(" | ", layer.QueryKeyValue.Select(matrix => matrix.Name + " " + matrix.Format.Name));
        string gateUp = string.Join(" | ", layer.GateUp.Select(matrix => matrix.Name + " " + matrix.Format.Name));
        return $"{queryKeyValue}, AttentionOutput {layer.AttentionOutput.Format.Name}, {gateUp}, Down {layer.Down.Format.Name}";
    }

    private List<Step> LayerSteps(PackedLayer layer)
    {
        var steps = new List<Step>();
        int queryRows = _spec.HeadCount * _spec.HeadDimension;

        // Attention: x += Wo · attention(Wqkv · norm(x)).
        steps.Add(Norm(new WeightReference("AttentionNorm", 0), layer.QueryKeyValue.Select(matrix => matrix.Format.Activation)));
        int column = 0;
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (PackedMatrix matrix in layer.QueryKeyValue)
        {
            for (int i = 0; i < matrix.Sources.Count; i++)
            {
                columns[matrix.Sources[i].Role] = column + matrix.FirstRowOf(i);
            }

            steps.Add(Product(matrix.Name, Equation(matrix), Field(matrix), matrix, Normed(matrix.Format.Activation), "Projections", column));
            column += matrix.PaddedRows;
        }

        AddBuffer("Projections", "queries, keys and values of all heads", ActivationFormat.Float32, column, ProjectionTime, AttentionTime);
        AddAttentionBuffers();
        AddBuffer("Attended", "outputs of all heads", ActivationFormat.Float32, queryRows, AttentionTime, OutputTime);
        steps.Add(new AttentionStep(
            "Projections",
            columns["Key"],
            columns["Value"],
            "Attended",
            layer.Projections.Select(vector => vector.Name).ToEquatableArray(),
            layer.Projections.Any(vector => vector.Name.EndsWith("Bias", StringComparison.Ordinal)) ? _kernels.AddVector() : null,
            layer.Projections.Any(vector => vector.Name.EndsWith("Norm", StringComparison.Ordinal))
                ? _kernels.RmsNorm(ActivationFormat.Float32, _spec.HeadDimension, _spec.NormEpsilon)
                : null,
            _kernels.Rope(_spec.HeadDimension, _spec.Rotary),
            AttentionKernels.Plan(_kernels, _keyValue, _spec.HeadDimension, _spec.GroupSize, (float)(1 / Math.Sqrt(_spec.HeadDimension)))));
        steps.AddRange(ResidualProduct(layer.AttentionOutput, "Attended", OutputTime));

        // Feed-forward: x += Wdown · (silu(Wgate · norm(x)) · (Wup · norm(x))).
        steps.Add(Norm(new WeightReference("FeedForwardNorm", 0), layer.GateUp.Select(matrix => matrix.Format.Activation)));
        ActivationFormat hiddenFormat = layer.Down.Format.Activation;
        bool quantizesHidden = hiddenFormat != ActivationFormat.Float32;
        string hidden = "Hidden" + Kernels.Of(hiddenFormat);
        AddBuffer(hidden, "hidden units", hiddenFormat, layer.Down.Columns, GateUpTime, DownTime);
        string activation = _kernels.SwiGlu(hiddenFormat, layer.Down.Columns);
        if (layer.HasFusedGateUp)
        {
            PackedMatrix matrix = layer.GateUp[0];
            steps.Add(new GateUpStep(
                matrix.Name,
                Reference(Field(matrix), matrix, stripsOfUnit: PackedMatrix.PairedStrips * matrix.Sources.Count),
                _kernels.MatVec(matrix.Format, matrix.Columns, accumulate: false),
                _kernels.MatMul(matrix.Format, matrix.Columns, accumulate: false),
                activation,
                Normed(matrix.Format.Activation),
                hidden,
                quantizesHidden));
        }
        else
        {
            foreach (PackedMatrix matrix in layer.GateUp)
            {
                AddBuffer(matrix.Name, matrix.Name.ToLowerInvariant() + " values", ActivationFormat.Float32, matrix.PaddedRows, GateUpTime, GateUpTime);
                steps.Add(Product(matrix.Name, Equation(matrix), Field(matrix), matrix, Normed(matrix.Format.Activation), matrix.Name, 0));
            }

            int units = (layer.Down.Columns + QuantizedRow.BlockLength - 1) / QuantizedRow.BlockLength;
            steps.Add(new SwiGluStep(activation, "Gate", "Up", hidden, quantizesHidden, units));
        }

        steps.Add(Accumulated(layer.Down, hidden));
        return steps;
    }

    /// <summary>
    /// Queries of all tokens as the score kernels read them, and, for one token, each range's sums. A tile of rows may reach beyond the last
    /// one.
    /// </summary>
    private void AddAttentionBuffers()
    {
        int queries = _spec.HeadCount * _keyValue.Stride;
        AddBuffer(
            "Queries", "queries as attention reads them, a row a head", ActivationFormat.Float32, queries, AttentionTime, AttentionTime, _prefillTokens + AttentionKernels.LargestTile);
        int partials = _keyValue.Ranges * _spec.KeyValueHeadCount * AttentionKernels.PartialRows(_spec.GroupSize) * _keyValue.SumFloats;
        AddBuffer("Partials", "sums of each range of keys and each head of one token", ActivationFormat.Float32, partials, AttentionTime, AttentionTime, rows: 1);
    }

    private List<Step> HeadSteps()
    {
        PackedMatrix output = _layout.Output;
        Step norm = Norm(new WeightReference(null, _layout.OutputNorm.Offset), [output.Format.Activation]);
        AddBuffer("Logits", "logits of the last token", ActivationFormat.Float32, output.PaddedRows, NormTime, DownTime, rows: 1);
        var product = new MatrixStep(
            "Logits",
            _spec.HasTiedOutput ? "logits = E · x̂ (the head is tied to the embedding)" : "logits = W · x̂",
            Reference(new WeightReference(null, output.Offset), output, stripsOfUnit: 1),
            _kernels.MatVec(output.Format, output.Columns, accumulate: false),
            TileKernel: null,
            Normed(output.Format.Activation),
            "Logits",
            OutputColumn: 0);
        return [norm, product];
    }

    private NormStep Norm(WeightReference weight, IEnumerable<ActivationFormat> readers)
    {
        int length = _spec.EmbeddingLength;
        var outputs = new List<NormOutput>();
        foreach (ActivationFormat format in readers.Distinct().OrderBy(format => format))
        {
            string buffer = Normed(format);
            AddBuffer(buffer, "normalised x", format, length, NormTime, DownTime);
            outputs.Add(new NormOutput(_kernels.RmsNorm(format, length, _spec.NormEpsilon), buffer, format));
        }

        return new NormStep(weight, outputs.ToEquatableArray());
    }

    private static string Normed(ActivationFormat format) => "Normed" + Kernels.Of(format);

    private MatrixStep Product(string name, string equation, WeightReference weight, PackedMatrix matrix, string input, string output, int column) => new(
        name,
        equation,
        Reference(weight, matrix, stripsOfUnit: 1),
        _kernels.MatVec(matrix.Format, matrix.Columns, accumulate: false),
        _kernels.MatMul(matrix.Format, matrix.Columns, accumulate: false),
        input,
        output,
        column);

    /// <summary>x += W · input, with the input quantised first where the matrix reads it so.</summary>
    private IEnumerable<Step> ResidualProduct(PackedMatrix matrix, string input, int time)
    {
        ActivationFormat format = matrix.Format.Activation;
        if (format != ActivationFormat.Float32)
        {
            string quantized = input + Kernels.Of(format);
            AddBuffer(quantized, "the same, quantised", format, matrix.Columns, time, time);
            yield return new QuantizeStep(_kernels.QuantizeRow(format, matrix.Columns), input, quantized);
            input = quantized;
        }

        yield return Accumulated(matrix, input);
    }

    private MatrixStep Accumulated(PackedMatrix matrix, string input) => new(
        matrix.Name,
        $"x += W · {(matrix.Name == "Down" ? "hidden" : "attended")}",
        Reference(Field(matrix), matrix, stripsOfUnit: 1),
        _kernels.MatVec(matrix.Format, matrix.Columns, accumulate: true),
        _kernels.MatMul(matrix.Format, matrix.Columns, accumulate: true),
        input,
        "X",
        OutputColumn: 0);

    private static string Equation(PackedMatrix matrix) =>
        string.Join(" | ", matrix.Sources.Select(source => source.Role.ToLowerInvariant())) + " = W · x̂";

    private static WeightReference Field(PackedMatrix matrix) => new(matrix.Name, 0);

    private static MatrixReference Reference(WeightReference weight, PackedMatrix matrix, int stripsOfUnit)
    {
        int units = matrix.Strips / stripsOfUnit;
        long unitBytes = matrix.StripBytes * stripsOfUnit;
        return new MatrixReference(
            weight,
            matrix.Format.Name,
            matrix.Rows,
            matrix.Columns,
            units,
            unitBytes,
            Chunks.ForDecode(units, unitBytes),
            Chunks.ForPrefill(units, unitBytes));
    }

    /// <summary>Notes a buffer, or widens and prolongs the one that another kind of layer has noted.</summary>
    private void AddBuffer(string name, string meaning, ActivationFormat format, int columns, int first, int last, int? rows = null)
    {
        int rowBytes = Buffers.RowBytes(format, columns);
        if (_buffers.TryGetValue(name, out BufferPlan known))
        {
            rowBytes = Math.Max(rowBytes, known.RowBytes);
            first = Math.Min(first, known.First);
            last = Math.Max(last, known.Last);
        }

        _buffers[name] = new BufferPlan(name, meaning, format == ActivationFormat.Float32, rowBytes, rows ?? _prefillTokens, first, last);
    }

    private WeightTable PlanWeights()
    {
        var fields = new List<WeightField>();
        var rows = new List<Dictionary<string, long>>();
        foreach (PackedLayer layer in _layout.Layers)
        {
            var row = new Dictionary<string, long>(StringComparer.Ordinal);
            rows.Add(row);
            foreach (PackedTensor tensor in layer.Tensors())
            {
                row.Add(tensor.Name, tensor.Offset);
                if (fields.All(field => field.Name != tensor.Name))
                {
                    fields.Add(new WeightField(tensor.Name, tensor is PackedVector));
                }
            }
        }

        return new WeightTable(
            fields.ToEquatableArray(),
            rows.Select(row => new WeightRow(fields.Select(field => row.TryGetValue(field.Name, out long offset) ? offset : -1).ToEquatableArray())).ToEquatableArray());
    }

    /// <summary>Every weight is read and multiplied once a token, but for the embedding, of which one row is read.</summary>
    private TokenCost CostOfToken()
    {
        PackedMatrix[] matrices = _layout.Tensors().OfType<PackedMatrix>().Where(matrix => matrix != _layout.TokenEmbedding || _spec.HasTiedOutput).ToArray();
        long operations = matrices.Sum(matrix => 2L * matrix.Columns * matrix.Rows);
        return new TokenCost(matrices.Sum(matrix => matrix.Length), operations);
    }
}
