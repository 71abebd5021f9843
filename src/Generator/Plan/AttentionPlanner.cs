using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans attention: how its work is shared out, what it remembers, and its kernels.</summary>
/// <param name="scores">From a query and a key to a score.</param>
/// <param name="rotaries">Rotary embeddings.</param>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="state">What its layers remember.</param>
/// <param name="format">Format of keys and values.</param>
/// <param name="contextLength">Positions of the longest text.</param>
internal sealed class AttentionPlanner(
    ScoreSpec scores,
    EquatableArray<RotarySpec> rotaries,
    Kernels kernels,
    Buffers buffers,
    StatePlanner state,
    KeyValueFormat format,
    int contextLength)
{
    // Field of a layer's weights that has the place of its keys and values in a page.
    private const string CacheField = "KeysAndValues";

    private const string Partials = "Partials";

    // Rows whose ranges are shared out one by one: enough for eight short texts side by side, and for one of any length.
    private const int SplitRows = 8;
    private const int SplitRanges = 64;

    private readonly List<AttentionPattern> _patterns = [];

    /// <summary>How the work of the attentions is shared out.</summary>
    public EquatableArray<AttentionPattern> Patterns => _patterns.ToEquatableArray();

    /// <summary>See <see cref="MixerPlanner.Add"/>.</summary>
    public (string Output, StateField[] Fields) Add(
        List<Step> steps, AttentionSpec attention, PackedAttention packed, Func<PackedMatrix, string> inputOf, EquatableArray<AnglesStep> allAngles)
    {
        ProjectionsPlan projections = AddProjections(steps, attention, packed, inputOf);
        string? angles = attention.Rotary is int ownAngles ? allAngles[ownAngles].Output : null;
        HeadShape heads = attention.Heads;
        KeyValueLayout layout = KeyValueLayout.Create(format, heads.Dimension, contextLength);

        // A window that no text fills hides nothing.
        int window = attention.Window >= contextLength ? 0 : attention.Window;
        bool isChunked = window > 0 && attention.IsChunked;
        (int stateClass, long offset) = state.Add(window, heads.KeyValues, layout);
        var cache = new CachePlan(layout, stateClass, CacheField);
        RotarySpec? rotary = attention.Rotary is int index ? rotaries[index] : null;
        steps.Add(new AppendStep(
            projections,
            packed.Projections.Select(vector => vector.Name).ToEquatableArray(),
            packed.Projections.Any(vector => vector.Name is "QueryBias" or "KeyBias" or "ValueBias") ? kernels.AddVector() : null,
            scores.Clamp == 0 ? null : kernels.Clamp(scores.Clamp),
            PlanHeadNorm(attention),
            rotary is null ? null : kernels.Rope(heads.Dimension, rotary),
            rotary is null ? null : angles,
            scores.Temperature is TemperatureSpec t && !(t.IsOfUnrotated && rotary is not null) ? new TemperaturePlan(kernels.Multiply(), t.Scale, t.Offset, t.Interval) : null,
            cache,
            AttentionKernels.Append(kernels, layout, heads.Dimension)));
        var step = new AttentionStep(
            projections,
            buffers.Add("Attended", "outputs of all heads", ActivationFormat.Float32, heads.QueryLength),
            Partials,
            PatternOf(window, isChunked, heads, layout),
            scores.SoftCap == 0 ? null : kernels.SoftCap("SoftCapScores", scores.SoftCap),
            scores.MaxBias == 0 ? null : kernels.BiasScores(),
            window == 0 ? null : kernels.MaskScores(),
            window,
            isChunked,
            attention.Sinks is null ? null : kernels.AddSink(layout.Stride),
            cache,
            AttentionKernels.Plan(kernels, layout, heads.Dimension, heads.GroupSize, scores.Scale));
        steps.Add(step);
        return (step.Output, [new StateField(CacheField, offset)]);
    }

    /// <summary>Queries, keys and values of all heads, in one buffer.</summary>
    private ProjectionsPlan AddProjections(List<Step> steps, AttentionSpec attention, PackedAttention packed, Func<PackedMatrix, string> inputOf)
    {
        string buffer = buffers.Add(
            "Projections", "queries, keys and values of all heads", ActivationFormat.Float32, packed.QueryKeyValue.Sum(matrix => matrix.PaddedRows));
        int column = 0;
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (PackedMatrix matrix in packed.QueryKeyValue)
        {
            for (int i = 0; i < matrix.Sources.Count; i++)
            {
                columns[matrix.Sources[i].Role] = column + matrix.FirstRowOf(i);
            }

            string equation = string.Join(" | ", matrix.Sources.Select(source => source.Role.ToLowerInvariant())) + " = W · x̂";
            steps.Add(MatrixStep.Of(kernels, matrix, equation, inputOf(matrix), buffer, column));
            column += matrix.PaddedRows;
        }

        return new ProjectionsPlan(buffer, attention.Heads, columns["Key"], columns["Value"]);
    }

    private HeadNormPlan? PlanHeadNorm(AttentionSpec attention)
    {
        if (attention.QueryNorm is not NormSpec queryNorm || attention.KeyNorm is not NormSpec keyNorm)
        {
            return null;
        }

        HeadShape heads = attention.Heads;
        bool isLayerNorm = NormPlanner.HasBothVectors(queryNorm);
        return new HeadNormPlan(
            Kernel(queryNorm, heads.QueryLength), Kernel(keyNorm, heads.KeyValueLength), attention.NormExtent, isLayerNorm, attention.NormsAfterRotation);

        string Kernel(NormSpec norm, int allHeads)
        {
            int length = attention.NormExtent == HeadNormExtent.AllHeads ? allHeads : heads.Dimension;
            return isLayerNorm ? kernels.LayerNorm(length, norm) : kernels.RmsNorm(ActivationFormat.Float32, length, norm.Epsilon);
        }
    }

    /// <summary>The pattern of an attention, and room for the sums of the ranges that it shares out one by one.</summary>
    private int PatternOf(int window, bool isChunked, HeadShape heads, KeyValueLayout layout)
    {
        int ranges = window == 0 ? KeyValueLayout.Ranges(contextLength) : (window + KeyValueLayout.RangeKeys - 2) / KeyValueLayout.RangeKeys + 1;
        int rows = Math.Max(ranges, Math.Min(SplitRows * ranges, SplitRanges)) * AttentionKernels.PaddedRows(heads.GroupSize);
        buffers.Add(Partials, "sums of ranges of keys that are merged afterwards", layout.SumFloats, rows * heads.KeyValues);
        var pattern = new AttentionPattern(window, isChunked, heads, AttentionKernels.ChunkRows(layout), rows);
        int index = _patterns.IndexOf(pattern);
        if (index < 0)
        {
            index = _patterns.Count;
            _patterns.Add(pattern);
        }

        return index;
    }
}
