using System;
using System.Collections.Generic;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Plans what a decoder sees of another text, its source: the keys and values that the text's encoder leaves for each layer, and how the layers
/// look at them. Both sides place them alike: layer by layer, in pages of their own.
/// </summary>
/// <param name="scores">From a query and a key to a score.</param>
/// <param name="kernels">The kernels of the side at hand.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="state">The pages of the source text.</param>
/// <param name="patterns">How the work of attentions is shared out.</param>
/// <param name="format">Format of keys and values.</param>
/// <param name="contextLength">Positions of the longest text.</param>
internal sealed class SourcePlanner(
    ScoreSpec scores, Kernels kernels, Buffers buffers, StatePlanner state, AttentionPatterns patterns, KeyValueFormat format, int contextLength)
{
    // Field of a layer's weights that has the place of its keys and values in a page.
    private const string CacheField = "SourceKeysAndValues";

    /// <summary>Adds the steps that leave a layer's keys and values.</summary>
    /// <param name="steps">The encoder's steps.</param>
    /// <param name="keys">The layer's.</param>
    /// <param name="packed">Their weights.</param>
    /// <param name="inputOf">The buffer that one of the matrices reads.</param>
    /// <returns>Where they lie in a page.</returns>
    public StateField AddKeys(
        List<Step> steps, SourceKeysSpec keys, EquatableArray<PackedMatrix> packed, Func<PackedMatrix, string> inputOf)
    {
        (string buffer, IReadOnlyDictionary<string, int> columns, _) =
            Projections.Add(steps, kernels, buffers, packed, "keys and values of all heads", inputOf);
        (CachePlan cache, StateField field) = Place(keys.Heads);
        steps.Add(new AppendStep(
            new ProjectionsPlan(buffer, keys.Heads, columns["Key"], columns["Value"], TakesKeysForValues: false),
            EquatableArray<string>.Empty,
            BiasKernel: null,
            ClampKernel: null,
            HeadNorm: null,
            ValueNormKernel: null,
            RopeKernel: null,
            Angles: null,
            Temperature: null,
            cache,
            AttentionKernels.Append(kernels, cache.Layout, keys.Heads.Dimension)) with
        {
            Name = "SourceAppend",
            Equation = "append keys and values for a layer of the decoder",
        });
        return field;
    }

    /// <summary>Adds the steps of a layer that looks at them, but for its output matrix.</summary>
    /// <param name="steps">The decoder's steps.</param>
    /// <param name="attention">The layer's.</param>
    /// <param name="packed">Its weights.</param>
    /// <param name="input">The buffer that the matrix of queries reads.</param>
    /// <returns>The buffer of the heads' outputs, in floats, and where the keys and values lie in a page.</returns>
    public (string Output, StateField Field) AddAttention(
        List<Step> steps, SourceAttentionSpec attention, PackedSourceAttention packed, string input)
    {
        HeadShape heads = attention.Heads;
        string queries = buffers.Add("SourceQueries", "queries of all heads to the source text", ActivationFormat.Float32, packed.Query.PaddedRows);
        steps.Add(MatrixStep.Of(kernels, packed.Query, "queries = W · x̂", input, queries));
        (CachePlan cache, StateField field) = Place(heads);
        string output = buffers.Add("Attended", "outputs of all heads", ActivationFormat.Float32, heads.QueryLength);
        steps.Add(new AttentionStep(
            queries,
            heads,
            output,
            heads.Dimension,
            AttentionPatterns.Partials,
            patterns.Of(window: 0, isChunked: false, ahead: contextLength, heads, cache.Layout, heads.GroupSize),
            SoftCapKernel: null,
            BiasScoresKernel: null,
            DistanceBias: null,
            MaskKernel: null,
            Window: 0,
            IsChunked: false,
            SeesAll: true,
            SinkKernel: null,
            cache,
            AttentionKernels.Plan(kernels, cache.Layout, heads.Dimension, heads.GroupSize, scores.Scale)) with { Name = "SourceAttention" });
        return (output, field);
    }

    private (CachePlan Cache, StateField Field) Place(HeadShape heads)
    {
        KeyValueLayout layout = KeyValueLayout.Create(format, heads.Dimension, contextLength);
        (_, long offset) = state.Add(window: 0, heads.KeyValues, layout);
        return (new CachePlan(layout, State: 0, CacheField) { IsOfSource = true }, new StateField(CacheField, offset));
    }
}
