using System;
using System.Collections.Generic;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Plans latent attention in its absorbed form: a matrix of each head turns its queries into queries of the latent, one key/value head is attended to,
/// whose values are the begin of its keys, and a second matrix of each head makes its output. The latent is all that is remembered.
/// </summary>
/// <param name="scores">From a query and a key to a score.</param>
/// <param name="rotaries">Rotary embeddings.</param>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="state">What its layers remember.</param>
/// <param name="patterns">How the work of its attentions is shared out.</param>
/// <param name="format">Format of keys.</param>
/// <param name="contextLength">Positions of the longest text.</param>
internal sealed class LatentAttentionPlanner(
    ScoreSpec scores,
    EquatableArray<RotarySpec> rotaries,
    Kernels kernels,
    Buffers buffers,
    StatePlanner state,
    AttentionPatterns patterns,
    KeyValueFormat format,
    int contextLength)
{
    private const string CacheField = "Latents";

    // Heads of a single row that one item takes: a block of keys is turned into values once for all of them, and few enough that many heads are
    // work for several threads.
    private const int HeadsOfItem = 16;

    /// <summary>See <see cref="MixerPlanner.Add"/>.</summary>
    public (string Output, StateField[] Fields) Add(
        List<Step> steps,
        LatentAttentionSpec latent,
        PackedLatentAttention packed,
        Func<PackedMatrix, string> inputOf,
        EquatableArray<AnglesStep> allAngles)
    {
        LatentShape shape = latent.Shape;
        (string queries, string down, int latentColumn) = AddProjections(steps, packed, latent, inputOf);

        // The latent, padded as the strips of its head's matrix are, and behind it the key that all heads share.
        int paddedRank = packed.KeyUp.PaddedRows;
        int keyLength = paddedRank + shape.RotaryLength;
        KeyValueLayout layout = KeyValueLayout.Create(format, keyLength, contextLength, paddedRank);
        (int stateClass, long offset) = state.Add(window: 0, heads: 1, layout);
        var cache = new CachePlan(layout, stateClass, CacheField);
        ActivationFormat keyUpReads = packed.KeyUp.Format.Activation;
        string parted = buffers.AddOfHeads("PartedQueries", "what of each head's query meets the latent", keyUpReads, shape.KeyLength, shape.Heads);
        string wide = buffers.Add(
            "LatentQueries", "queries of the latent, behind each what meets the shared key", ActivationFormat.Float32, shape.Heads * keyLength);
        steps.Add(new LatentStep(
            queries,
            down,
            latentColumn,
            shape,
            paddedRank,
            parted,
            keyUpReads == ActivationFormat.Float32 ? null : kernels.QuantizeRow(keyUpReads, shape.KeyLength),
            wide,
            buffers.Add("LatentKey", "a key, and room for another", ActivationFormat.Float32, keyLength + layout.Stride),
            kernels.RmsNorm(ActivationFormat.Float32, shape.Rank, latent.LatentNorm.Epsilon),
            "LatentNorm",
            latent.Rotary is int rotary ? kernels.Rope(keyLength, rotaries[rotary]) : null,
            latent.Rotary is int angles ? allAngles[angles].Output : null,
            TemperaturePlan.Of(scores.Temperature, areRotated: latent.Rotary is not null, kernels),
            cache,
            AttentionKernels.Append(kernels, layout, keyLength)));
        steps.Add(HeadMatrixStep.Of(
            kernels, packed.KeyUp, "queries of the latent = W · q of each head", parted, wide, outputPitch: keyLength, shape.Heads, isPart: true));

        var heads = new HeadShape(shape.Heads, KeyValues: 1, keyLength);
        string attended = buffers.AddOfHeads("AttendedLatents", "weighed sums of latents, of all heads", ActivationFormat.Float32, shape.Rank, shape.Heads);
        steps.Add(new AttentionStep(
            wide,
            heads,
            attended,
            Buffers.RowBytes(ActivationFormat.Float32, shape.Rank) / sizeof(float),
            AttentionPatterns.Partials,
            patterns.Of(window: 0, isChunked: false, ahead: 0, heads, layout, Math.Min(heads.GroupSize, HeadsOfItem)),
            SoftCapKernel: null,
            BiasScoresKernel: null,
            DistanceBias: null,
            MaskKernel: null,
            Window: 0,
            IsChunked: false,
            SeesAll: false,
            SinkKernel: null,
            cache,
            AttentionKernels.Plan(kernels, layout, keyLength, heads.GroupSize, scores.Scale)));
        string values = RowQuantizer.AddOfHeads(steps, kernels, buffers, attended, packed.ValueUp, shape.Heads);
        string output = buffers.Add("Attended", "outputs of all heads", ActivationFormat.Float32, shape.Heads * shape.ValueLength);
        steps.Add(HeadMatrixStep.Of(kernels, packed.ValueUp, "attended = W · latent of each head", values, output, shape.ValueLength, shape.Heads, isPart: false));
        return (output, [new StateField(CacheField, offset)]);
    }

    /// <summary>The queries, and the latent with the shared key beside it.</summary>
    private (string Queries, string Down, int LatentColumn) AddProjections(
        List<Step> steps, PackedLatentAttention packed, LatentAttentionSpec latent, Func<PackedMatrix, string> inputOf)
    {
        string first = latent.QueryDown is null ? "queries" : "what queries are products of";
        (string down, IReadOnlyDictionary<string, int> columns, _) = Projections.Add(
            steps, kernels, buffers, packed.Down, first + ", the latent and the shared key", inputOf);
        int latentColumn = columns["Latent"];
        if (packed.Query is not PackedMatrix query || latent.QueryDown is not TensorSpec queryDown)
        {
            return (down, down, latentColumn);
        }

        ActivationFormat reads = query.Format.Activation;
        steps.Add(new NormPlanner(kernels, buffers, queryDown.Rows).Of(
            "QueryNorm", latent.QueryNorm, "Query", [reads], name => new WeightReference(name, 0), down));
        string queries = buffers.Add("Queries", "queries of all heads", ActivationFormat.Float32, query.PaddedRows);
        steps.Add(MatrixStep.Of(kernels, query, "queries = W · x̂", NormPlanner.BufferOf("Query", latent.QueryNorm, reads), queries));
        return (queries, down, latentColumn);
    }
}
