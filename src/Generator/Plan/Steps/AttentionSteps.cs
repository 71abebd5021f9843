using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Turns queries and keys by their positions, and appends keys and values to the sequence's pages; of a layer that reads another's keys and values
/// turns the queries alone.
/// </summary>
/// <param name="Projections">Buffer with the query, key and value rows.</param>
/// <param name="Vectors">Biases and head norms that the layer has, by the names of their fields.</param>
/// <param name="BiasKernel">Adds a bias; null where the layer has none.</param>
/// <param name="ClampKernel">Clamps queries, keys and values; null where the model does not.</param>
/// <param name="HeadNorm">Norms of queries and keys; null where the layer has none.</param>
/// <param name="ValueNormKernel">Norm of a value head, without weights; null where the layer has none.</param>
/// <param name="RopeKernel">Rotation; null where the layer has none.</param>
/// <param name="Angles">Buffer of its angles.</param>
/// <param name="Temperature">How queries grow with their position; null: they do not.</param>
/// <param name="Cache">Where keys and values go.</param>
/// <param name="Kernel">Appends a key and a value; null where they are another layer's.</param>
internal sealed record AppendStep(
    ProjectionsPlan Projections,
    EquatableArray<string> Vectors,
    string? BiasKernel,
    string? ClampKernel,
    HeadNormPlan? HeadNorm,
    string? ValueNormKernel,
    string? RopeKernel,
    string? Angles,
    TemperaturePlan? Temperature,
    CachePlan Cache,
    string? Kernel)
    : Step(
        Kernel is null ? "Turn" : "Append",
        Kernel is null ? "turn queries by their positions; their keys and values are an earlier layer's" : "turn queries and keys by their positions, append keys and values")
{
    public override EquatableArray<BufferUse> Uses
    {
        get
        {
            IEnumerable<BufferUse> angles = Angles is null ? [] : [BufferUse.Read(Angles)];
            return angles.Concat([BufferUse.Update(Projections.Buffer)]).ToEquatableArray();
        }
    }

    public override bool WritesState => Kernel is not null;

    public bool HasVector(string field) => Vectors.Contains(field);
}

/// <summary>attended = softmax(q·K · scale) · V over the keys that each row sees.</summary>
/// <param name="Queries">Buffer whose rows begin with the queries of all heads.</param>
/// <param name="Heads">The heads.</param>
/// <param name="Output">Buffer of the heads' outputs.</param>
/// <param name="OutputPitch">Floats from a head's output to the next one's.</param>
/// <param name="Partials">Buffer of the sums of ranges that are merged afterwards.</param>
/// <param name="Pattern">Index of its pattern in <see cref="ModelPlan.AttentionPatterns"/>, by which its work is shared out.</param>
/// <param name="SoftCapKernel">Bounds the scores; null: nothing does, as for the next two.</param>
/// <param name="BiasScoresKernel">Adds the linear biases.</param>
/// <param name="DistanceBias">Biases by distance.</param>
/// <param name="MaskKernel">Hides the keys before the window.</param>
/// <param name="Window">Keys that a query sees; 0: all.</param>
/// <param name="IsChunked">Whether the window stands still.</param>
/// <param name="SeesAll">Whether a row sees what comes behind it too.</param>
/// <param name="SinkKernel">Adds a score of the head's; null: none.</param>
/// <param name="Cache">Where keys and values are.</param>
/// <param name="Kernels">Everything that touches them.</param>
internal sealed record AttentionStep(
    string Queries,
    HeadShape Heads,
    string Output,
    int OutputPitch,
    string Partials,
    int Pattern,
    string? SoftCapKernel,
    string? BiasScoresKernel,
    DistanceBiasPlan? DistanceBias,
    string? MaskKernel,
    int Window,
    bool IsChunked,
    bool SeesAll,
    string? SinkKernel,
    CachePlan Cache,
    AttentionKernels Kernels)
    : Step("Attention", $"attended = softmax(q·K / √d) · V, each row {(SeesAll ? "over its text" : "up to itself")}")
{
    /// <summary>Partial sums are written and read within the step.</summary>
    public override EquatableArray<BufferUse> Uses =>
        new[] { BufferUse.Read(Queries), BufferUse.Write(Partials), BufferUse.Write(Output) }.ToEquatableArray();

    /// <summary>Whether scores are more than scaled products.</summary>
    public bool AdjustsScores => SoftCapKernel is not null || BiasScoresKernel is not null || DistanceBias is not null || MaskKernel is not null;
}

/// <summary>Biases of scores by the distance of their key, spread out once when the model is loaded: of each head a float a distance.</summary>
/// <param name="Heads">Heads.</param>
/// <param name="Buckets">Buckets of a head in the weights.</param>
/// <param name="BucketOfDistance">The bucket of each distance from 0 on.</param>
/// <param name="Before">Keys before a query at most.</param>
/// <param name="Behind">Keys behind it at most.</param>
/// <param name="Kernel">Adds neighbouring biases to the scores of neighbouring keys.</param>
internal sealed record DistanceBiasPlan(int Heads, int Buckets, EquatableArray<byte> BucketOfDistance, int Before, int Behind, string Kernel)
{
    /// <summary>Biases of a head.</summary>
    public int Distances => Before + 1 + Behind;
}

/// <summary>A buffer of the queries, keys and values of all heads, a row a token.</summary>
/// <param name="Buffer">Its name.</param>
/// <param name="Heads">The heads.</param>
/// <param name="KeyColumn">First float of the keys in a row.</param>
/// <param name="ValueColumn">First float of the values in a row.</param>
/// <param name="TakesKeysForValues">Whether the values are copies of the keys, before these are normalised and turned.</param>
internal sealed record ProjectionsPlan(string Buffer, HeadShape Heads, int KeyColumn, int ValueColumn, bool TakesKeysForValues);

/// <summary>The keys and values of an attention.</summary>
/// <param name="Layout">How they lie in a range of positions.</param>
/// <param name="State">Index of their state class.</param>
/// <param name="Field">Field of a layer that has the bytes from the start of a page to the layer's keys.</param>
internal sealed record CachePlan(KeyValueLayout Layout, int State, string Field)
{
    /// <summary>Whether they are of the source text, whose pages stand behind all others in the table.</summary>
    public bool IsOfSource { get; init; }
}

/// <summary>Norms of queries and keys.</summary>
/// <param name="QueryKernel">Norm of a query head or of all of them.</param>
/// <param name="KeyKernel">Norm of a key head or of all of them; null where the keys are another layer's.</param>
/// <param name="Extent">What a norm runs over.</param>
/// <param name="TakesBias">Whether the kernels have an argument for biases.</param>
/// <param name="AfterRotation">Whether they come after the rotation.</param>
internal sealed record HeadNormPlan(string QueryKernel, string? KeyKernel, HeadNormExtent Extent, bool TakesBias, bool AfterRotation);

/// <summary>Queries are multiplied with 1 + Scale · ln(1 + (position + Offset) / Interval), the quotient rounded down.</summary>
internal sealed record TemperaturePlan(string Kernel, float Scale, float Offset, int Interval)
{
    /// <summary>The plan of a model's queries, or null where they do not grow.</summary>
    /// <param name="temperature">How they grow.</param>
    /// <param name="areRotated">Whether they are rotated.</param>
    /// <param name="kernels">The model's kernels.</param>
    public static TemperaturePlan? Of(TemperatureSpec? temperature, bool areRotated, Kernels kernels) =>
        temperature is null || (temperature.IsOfUnrotated && areRotated)
            ? null
            : new TemperaturePlan(kernels.Multiply(), temperature.Scale, temperature.Offset, temperature.Interval);
}

/// <summary>
/// What decides how the work of an attention is shared out; layers that agree in it share a schedule, which is made once a batch.
/// </summary>
/// <param name="Window">Keys that a query sees; 0: all.</param>
/// <param name="IsChunked">Whether the window stands still.</param>
/// <param name="Ahead">Keys behind its own position that a query sees, as far as the text goes.</param>
/// <param name="Heads">Its heads.</param>
/// <param name="RowQueries">Queries of one item of a single row at most: those of the row, where they are not too many for one.</param>
/// <param name="TileQueries">Queries of one item of several rows at most.</param>
/// <param name="PartialQueries">Rows of partial sums that there is room for, of one key/value head.</param>
internal sealed record AttentionPattern(int Window, bool IsChunked, int Ahead, HeadShape Heads, int RowQueries, int TileQueries, int PartialQueries);
