namespace ModelGen.Architectures;

/// <summary>What lets a token of a block see the tokens before it, and so what a layer remembers of them.</summary>
/// <param name="Name">What it is called in names of tensors, steps and fields.</param>
internal abstract record MixerSpec(string Name);

/// <summary>
/// A gated convolution over the last tokens (LFM2, Liquid AI 2025): with b | c | u = Input · x, y = Output · (c · Σₖ Filterₖ · (b · u) of the token
/// Taps - 1 - k before).
/// </summary>
/// <param name="Channels">Floats of b, c and u.</param>
/// <param name="Taps">Tokens that it sees, itself counted.</param>
/// <param name="Input">[embedding, 3 · channels].</param>
/// <param name="Filter">[taps, channels].</param>
/// <param name="Output">[channels, embedding].</param>
internal sealed record ConvolutionSpec(int Channels, int Taps, TensorSpec Input, TensorSpec Filter, TensorSpec Output) : MixerSpec("Convolution")
{
    /// <summary>A filter of one token would be a factor, and would remember nothing.</summary>
    public const int LeastTaps = 2;
}

/// <summary>The heads of an attention.</summary>
/// <param name="Queries">Query heads.</param>
/// <param name="KeyValues">Key/value heads; Queries / KeyValues query heads share one (grouped-query attention, Ainslie et al. 2023).</param>
/// <param name="Dimension">Floats of a head.</param>
internal sealed record HeadShape(int Queries, int KeyValues, int Dimension)
{
    /// <summary>Query heads that share a key/value head.</summary>
    public int GroupSize => Queries / KeyValues;

    /// <summary>Floats of all query heads.</summary>
    public int QueryLength => Queries * Dimension;

    /// <summary>Floats of all key heads, and of all value heads.</summary>
    public int KeyValueLength => KeyValues * Dimension;
}

/// <summary>Grouped-query attention.</summary>
/// <param name="Heads">Its heads.</param>
/// <param name="Query">[embedding, heads · head dimension].</param>
/// <param name="Key">[embedding, key/value heads · head dimension]; null where the keys and values are another layer's.</param>
/// <param name="Value">[embedding, key/value heads · head dimension]; null there too, and where values are the keys before their norm and rotation.</param>
/// <param name="QueryBias">Added to the queries; null where the model has none, as for the next two.</param>
/// <param name="KeyBias">Added to the keys.</param>
/// <param name="ValueBias">Added to the values.</param>
/// <param name="QueryNorm">Norm of the queries; null: none.</param>
/// <param name="KeyNorm">Norm of the keys; null: none.</param>
/// <param name="NormExtent">What a query or key norm runs over.</param>
/// <param name="NormsAfterRotation">Whether it comes after the rotation.</param>
/// <param name="Rotary">Index into ModelSpec.Rotaries; null: queries and keys are not rotated.</param>
/// <param name="Window">Keys that a query sees, itself counted; 0: all before it.</param>
/// <param name="IsChunked">
/// Whether the window stands still: texts are cut into chunks of Window positions, and a query sees its chunk's up to itself (Meta 2025, Llama 4).
/// </param>
/// <param name="Sinks">
/// [heads]: a score of each head beside those of its keys, whose value is 0 (Xiao et al. 2023; OpenAI 2025, gpt-oss); null: none.
/// </param>
/// <param name="Output">[heads · head dimension, embedding].</param>
/// <param name="OutputBias">[embedding], or null.</param>
internal sealed record AttentionSpec(
    HeadShape Heads,
    TensorSpec Query,
    TensorSpec? Key,
    TensorSpec? Value,
    TensorSpec? QueryBias,
    TensorSpec? KeyBias,
    TensorSpec? ValueBias,
    NormSpec? QueryNorm,
    NormSpec? KeyNorm,
    HeadNormExtent NormExtent,
    bool NormsAfterRotation,
    int? Rotary,
    int Window,
    bool IsChunked,
    TensorSpec? Sinks,
    TensorSpec Output,
    TensorSpec? OutputBias)
    : MixerSpec("Attention")
{
    /// <summary>[embedding, heads · head dimension]: what the heads give is multiplied with σ of this product (Qiu et al. 2025); null: it is not.</summary>
    public TensorSpec? OutputGate { get; init; }

    /// <summary>A bias of each score by the distance of its key; null: none.</summary>
    public DistanceBiasSpec? DistanceBias { get; init; }

    /// <summary>Whether a token sees the whole text, and not just what comes before it; a window is then as wide on both sides.</summary>
    public bool SeesAll { get; init; }

    /// <summary>The layer before this one whose keys and values it reads instead of some of its own; null: it has its own.</summary>
    public int? KeysOf { get; init; }

    /// <summary>Norm of each value head; null: none.</summary>
    public NormSpec? ValueNorm { get; init; }

    /// <summary>Norm of what all heads give, before the output matrix (Ma et al. 2024, BitNet b1.58); null: none.</summary>
    public NormSpec? OutputNorm { get; init; }
}

/// <summary>
/// A learned bias of scores by the distance of key and query, one for all distances of a bucket (Raffel et al. 2020, T5). Half of the buckets are for keys
/// behind the query where it sees them. Of the buckets of a side the first half have one distance each, and the others ranges that grow with it.
/// </summary>
/// <param name="Table">[heads, buckets]: the biases of all heads, bucket by bucket.</param>
/// <param name="Buckets">Their number.</param>
internal sealed record DistanceBiasSpec(TensorSpec Table, int Buckets)
{
    /// <summary>Distances from here on share the last bucket; files do not say it.</summary>
    public const int LargestDistance = 128;

    /// <summary>More would have to tell distances apart that share one.</summary>
    public const int MostBuckets = LargestDistance;

    /// <summary>Whether a number of buckets can be divided between two sides of two halves.</summary>
    public static bool MayHave(int buckets) => buckets % 4 == 0 && buckets <= MostBuckets;
}

/// <summary>What a norm of queries or keys runs over.</summary>
internal enum HeadNormExtent
{
    /// <summary>Each head, all with the same weights: [head dimension].</summary>
    Head,

    /// <summary>Each head with its own weights: [head dimension, heads].</summary>
    OwnHead,

    /// <summary>All heads of a token together: [heads · head dimension].</summary>
    AllHeads,
}
