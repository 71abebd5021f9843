using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Generator.Templates;
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
/// <item><term>gate | up + activation + quantise</term><description>one step in units of 32 hidden values, where gate and up have one format</description></item>
/// <item><term>matrix + residual</term><description>x += W·y in the kernel itself, where nothing else is done to the branch</description></item>
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

    private readonly ModelSpec _spec;
    private readonly WeightLayout _layout;
    private readonly Kernels _kernels = new();
    private readonly BufferList _buffers;
    private readonly int _prefillTokens;
    private readonly KeyValuePlan _keyValue;

    private Planner(ModelSpec spec, WeightLayout layout, int contextLength, KeyValueFormat keyValueFormat)
    {
        _spec = spec;
        _layout = layout;
        _prefillTokens = Math.Min(MaxPrefillTokens, (contextLength + TileMultiple - 1) / TileMultiple * TileMultiple);
        _buffers = new BufferList(_prefillTokens);
        _keyValue = KeyValuePlan.Create(keyValueFormat, spec.HeadDimension, spec.KeyValueHeadCount, spec.Layers.Count, contextLength);
    }

    /// <summary>Makes the plan.</summary>
    /// <param name="header">The header that the spec was read from.</param>
    /// <param name="spec">What to compute.</param>
    /// <param name="fileName">Name of the GGUF file.</param>
    /// <param name="contextLength">Tokens of a session; checked by the caller.</param>
    /// <param name="keyValueFormat">Format of keys and values.</param>
    /// <param name="chatTemplates">Chat templates that could be parsed.</param>
    public static ModelPlan Create(
        GgufHeader header,
        ModelSpec spec,
        string fileName,
        int contextLength,
        KeyValueFormat keyValueFormat,
        EquatableArray<ChatTemplatePlan> chatTemplates)
    {
        WeightLayout layout = WeightLayout.Create(spec);
        return new Planner(spec, layout, contextLength, keyValueFormat).Create(header, fileName, contextLength, chatTemplates);
    }

    private ModelPlan Create(GgufHeader header, string fileName, int contextLength, EquatableArray<ChatTemplatePlan> chatTemplates)
    {
        _buffers.Add("X", "residual stream", ActivationFormat.Float32, _spec.EmbeddingLength, LayerTime.Start, LayerTime.End);
        EquatableArray<RotaryPlan> rotaries = _spec.Rotaries.Select((rotary, i) => PlanRotary(rotary, i, contextLength)).ToEquatableArray();

        var layers = new LayerPlanner(_spec, _kernels, _buffers, _keyValue, rotaries);
        var kinds = new List<LayerKind>();
        var kindOfLayer = new List<int>();
        for (int i = 0; i < _layout.Layers.Count; i++)
        {
            // Layers that do the same steps run the same code.
            EquatableArray<Step> steps = layers.Plan(_spec.Layers[i], _layout.Layers[i]).ToEquatableArray();
            int kind = kinds.FindIndex(candidate => candidate.Steps == steps);
            if (kind < 0)
            {
                kind = kinds.Count;
                kinds.Add(new LayerKind(DescriptionOf(_layout.Layers[i], _spec.Layers[i].Attention), steps));
            }

            kindOfLayer.Add(kind);
        }

        EquatableArray<Step> head = layers.PlanHead(_layout).ToEquatableArray();
        EmbeddingPlan embedding = PlanEmbedding();
        (EquatableArray<BufferPlan> buffers, long scratchBytes) = Buffers.Place(_buffers.InOrder());
        return new ModelPlan(
            _spec,
            fileName,
            header.HeaderHash,
            _spec.ShapeHash,
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
            rotaries,
            LinearBias.Slopes(_spec.Scores.MaxBias, _spec.HeadCount),
            ActivationParameters(),
            layers.PlanLogits(_layout),
            head,
            _kernels.All.ToEquatableArray(),
            CostOfToken(),
            PreTokenizers.Of(header),
            chatTemplates);
    }

    private RotaryPlan PlanRotary(RotarySpec rotary, int index, int contextLength)
    {
        string suffix = index == 0 ? "" : index.ToString(CultureInfo.InvariantCulture);
        string angles = "Angles" + suffix;
        _buffers.Add(angles, "factors of the rotary embedding", ActivationFormat.Float32, 2 * rotary.Dimensions, LayerTime.Start, LayerTime.End);
        bool isLong = rotary.LongFactors is not null && contextLength > rotary.Scaling.OriginalContext;
        string factors = isLong ? WeightLayout.LongRotaryFactors(index) : WeightLayout.RotaryFactors(index);
        return new RotaryPlan(
            "RotaryFrequencies" + suffix, angles, rotary.Pairing, RotaryFrequencies.Of(rotary), rotary.Scaling.Magnitude, _layout.FindShared(factors)?.Offset);
    }

    private EmbeddingPlan PlanEmbedding()
    {
        EmbeddingSpec embedding = _spec.Embedding;
        int length = _spec.EmbeddingLength;
        PositionsPlan? positions = null;
        if (_layout.Positions is PackedMatrix matrix)
        {
            _buffers.Add("PositionRow", "embedding of a position", ActivationFormat.Float32, length, LayerTime.Start, LayerTime.Start, rows: 1);
            positions = new PositionsPlan(_kernels.Embed(matrix.Format, length), matrix.Offset, "PositionRow", _kernels.AddVector());
        }

        NormStep? norm = embedding.Norm is null
            ? null
            : new NormPlanner(_kernels, _buffers, length).InPlace(
                "EmbeddingNorm", embedding.Norm, "X", role => new WeightReference(null, _layout.FindShared(role)!.Offset));
        return new EmbeddingPlan(
            _kernels.Embed(_layout.TokenEmbedding.Format, length),
            _layout.TokenEmbedding.Offset,
            _layout.TokenEmbedding.Format.Name,
            embedding.Scale,
            embedding.Scale == 1f ? null : _kernels.Multiply(),
            positions,
            norm);
    }

    private EquatableArray<float> ActivationParameters() => _spec.Layers
        .Select(layer => layer.FeedForward.Activation)
        .Where(activation => activation.Function == ActivationFunction.Xielu)
        .SelectMany(xielu => new[] { xielu.AlphaPositive, xielu.AlphaNegative, xielu.Beta, xielu.Epsilon })
        .ToEquatableArray();

    private static string DescriptionOf(PackedLayer layer, AttentionSpec attention)
    {
        string queryKeyValue = string.Join(" | ", layer.QueryKeyValue.Select(matrix => matrix.Name + " " + matrix.Format.Name));
        string hidden = string.Join(" | ", layer.Hidden.Select(matrix => matrix.Name + " " + matrix.Format.Name));
        string window = attention.Window == 0 ? "" : $"; a window of {attention.Window} keys";
        return $"{queryKeyValue}, AttentionOutput {layer.AttentionOutput.Format.Name}, {hidden}, Down {layer.Down.Format.Name}{window}";
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
        PackedMatrix[] matrices = _layout.Tensors().OfType<PackedMatrix>()
            .Where(matrix => matrix != _layout.Positions && (matrix != _layout.TokenEmbedding || _spec.HasTiedOutput))
            .ToArray();
        long operations = matrices.Sum(matrix => 2L * matrix.Columns * matrix.Rows);
        return new TokenCost(matrices.Sum(matrix => matrix.Length), operations);
    }
}
