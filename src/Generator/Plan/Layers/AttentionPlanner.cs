using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans attention: what it remembers, and its kernels.</summary>
/// <param name="scores">From a query and a key to a score.</param>
/// <param name="rotaries">Rotary embeddings.</param>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="state">What its layers remember.</param>
/// <param name="patterns">How the work of its attentions is shared out.</param>
/// <param name="format">Format of keys and values.</param>
/// <param name="contextLength">Positions of the longest text.</param>
internal sealed class AttentionPlanner(
    ScoreSpec scores,
    EquatableArray<RotarySpec> rotaries,
    Kernels kernels,
    Buffers buffers,
    StatePlanner state,
    AttentionPatterns patterns,
    KeyValueFormat format,
    int contextLength)
{
    // Field of a layer's weights that has the place of its keys and values in a page.
    private const string CacheField = "KeysAndValues";

    // Where each layer that was planned has its keys and values: the state class, and the bytes from the start of a page.
    private readonly Dictionary<int, (int Class, long Offset)> _places = [];

    /// <summary>See <see cref="MixerPlanner.Add"/>.</summary>
    public (string Output, StateField[] Fields) Add(
        List<Step> steps, AttentionSpec attention, PackedAttention packed, Func<PackedMatrix, string> inputOf, EquatableArray<AnglesStep> allAngles, int layer)
    {
        // Values that are the keys stand behind all products. Keys and values of another layer leave their room free, so that the rows of all such
        // layers are read alike.
        bool takesKeysForValues = attention.KeysOf is null && attention.Value is null;
        int room = (attention.Key is null ? attention.Heads.KeyValueLength : 0) + (attention.Value is null ? attention.Heads.KeyValueLength : 0);
        (string buffer, IReadOnlyDictionary<string, int> columns, int end) = Projections.Add(
            steps,
            kernels,
            buffers,
            packed.QueryKeyValue,
            "queries, keys and values of all heads",
            inputOf,
            room);
        var projections = new ProjectionsPlan(buffer, attention.Heads, ColumnOf("Key"), ColumnOf("Value"), takesKeysForValues);
        string? angles = attention.Rotary is int ownAngles ? allAngles[ownAngles].Output : null;
        HeadShape heads = attention.Heads;
        KeyValueLayout layout = KeyValueLayout.Create(format, heads.Dimension, contextLength);

        // A window of both sides has the key itself in its middle.
        int before = attention.SeesAll && attention.Window > 0 ? attention.Window / 2 + 1 : attention.Window;
        int ahead = !attention.SeesAll ? 0 : attention.Window > 0 ? attention.Window / 2 : contextLength;

        // A window that no text fills hides nothing.
        int window = before >= contextLength ? 0 : before;
        bool isChunked = window > 0 && attention.IsChunked;
        (int stateClass, long offset) = attention.KeysOf is int other ? _places[other] : state.Add(window, heads.KeyValues, layout);
        _places.Add(layer, (stateClass, offset));
        var cache = new CachePlan(layout, stateClass, CacheField);
        RotarySpec? rotary = attention.Rotary is int index ? rotaries[index] : null;
        steps.Add(new AppendStep(
            projections,
            packed.Projections.Select(vector => vector.Name).ToEquatableArray(),
            packed.Projections.Any(vector => vector.Name is "QueryBias" or "KeyBias" or "ValueBias") ? kernels.AddVector() : null,
            scores.Clamp == 0 ? null : kernels.Clamp(scores.Clamp),
            PlanHeadNorm(attention),
            attention.ValueNorm is null ? null : kernels.RmsNorm(heads.Dimension, attention.ValueNorm),
            rotary is null ? null : kernels.Rope(heads.Dimension, rotary),
            rotary is null ? null : angles,
            TemperaturePlan.Of(scores.Temperature, rotary is not null, kernels),
            cache,
            attention.KeysOf is null ? AttentionKernels.Append(kernels, layout, heads.Dimension) : null));
        var step = new AttentionStep(
            buffer,
            heads,
            buffers.Add("Attended", "outputs of all heads", ActivationFormat.Float32, heads.QueryLength),
            heads.Dimension,
            AttentionPatterns.Partials,
            patterns.Of(window, isChunked, ahead, heads, layout, heads.GroupSize),
            scores.SoftCap == 0 ? null : kernels.SoftCap("SoftCapScores", scores.SoftCap),
            scores.MaxBias == 0 ? null : kernels.BiasScores(),
            PlanDistanceBias(attention),
            window == 0 ? null : kernels.MaskScores(),
            window,
            isChunked,
            attention.SeesAll,
            attention.Sinks is null ? null : kernels.AddSink(layout.Stride),
            cache,
            AttentionKernels.Plan(kernels, layout, heads.Dimension, heads.GroupSize, scores.Scale));
        steps.Add(step);
        if (attention.OutputGate is not null)
        {
            steps.Add(new GateStep(
                "OutputGate",
                "attended = attended · σ(gate)",
                heads.QueryLength,
                new BufferPart(step.Output, 0),
                new BufferPart(buffer, columns["OutputGate"]),
                kernels.MultiplySigmoid()));
        }

        if (attention.OutputNorm is NormSpec norm)
        {
            steps.Add(new NormPlanner(kernels, buffers, heads.QueryLength).InPlace(
                "HeadOutputNorm", norm, step.Output, name => new WeightReference(name, 0)));
        }

        return (step.Output, [new StateField(CacheField, offset)]);

        int ColumnOf(string role) => columns.TryGetValue(role, out int own) ? own : end;
    }

    private DistanceBiasPlan? PlanDistanceBias(AttentionSpec attention) => attention.DistanceBias is not DistanceBiasSpec bias ? null
        : new DistanceBiasPlan(
            attention.Heads.Queries,
            bias.Buckets,
            DistanceBuckets.Of(attention.SeesAll ? bias.Buckets / 2 : bias.Buckets),
            Before: contextLength - 1,
            Behind: attention.SeesAll ? contextLength - 1 : 0,
            kernels.AddVector());

    private HeadNormPlan? PlanHeadNorm(AttentionSpec attention)
    {
        if (attention.QueryNorm is not NormSpec queryNorm)
        {
            return null;
        }

        HeadShape heads = attention.Heads;
        bool isLayerNorm = NormPlanner.HasBothVectors(queryNorm);
        return new HeadNormPlan(
            Kernel(queryNorm, heads.QueryLength),
            attention.KeyNorm is null ? null : Kernel(attention.KeyNorm, heads.KeyValueLength),
            attention.NormExtent,
            isLayerNorm,
            attention.NormsAfterRotation);

        string Kernel(NormSpec norm, int allHeads)
        {
            int length = attention.NormExtent == HeadNormExtent.AllHeads ? allHeads : heads.Dimension;
            return isLayerNorm ? kernels.LayerNorm(length, norm) : kernels.RmsNorm(ActivationFormat.Float32, length, norm.Epsilon);
        }
    }
}
