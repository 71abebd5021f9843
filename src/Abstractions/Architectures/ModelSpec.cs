using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Architectures;

/// <summary>
/// What a model computes, in words that no architecture owns. A recogniser reads it off a GGUF header; the weight layout, the plan
/// and the emitted code follow from it alone.
/// </summary>
/// <param name="Architecture">general.architecture.</param>
/// <param name="Name">general.name, or the architecture where the file has none.</param>
/// <param name="ContextLength">Tokens that the model was trained on.</param>
/// <param name="EmbeddingLength">Floats of the residual stream x.</param>
/// <param name="VocabularySize">Tokens of the vocabulary = rows of the output matrix.</param>
/// <param name="HeadCount">Query heads.</param>
/// <param name="KeyValueHeadCount">Key/value heads; HeadCount / KeyValueHeadCount query heads share one (grouped-query attention).</param>
/// <param name="HeadDimension">Floats of a head.</param>
/// <param name="NormEpsilon">ε of the norms.</param>
/// <param name="Rotary">Rotary position embedding.</param>
/// <param name="TokenEmbedding">[embedding, vocabulary].</param>
/// <param name="Layers">The blocks, first to last.</param>
/// <param name="OutputNorm">[embedding].</param>
/// <param name="Output">[embedding, vocabulary]; the token embedding itself where the head is tied.</param>
/// <param name="ParameterCount">Elements of all tensors of the file.</param>
internal sealed record ModelSpec(
    string Architecture,
    string Name,
    int ContextLength,
    int EmbeddingLength,
    int VocabularySize,
    int HeadCount,
    int KeyValueHeadCount,
    int HeadDimension,
    float NormEpsilon,
    RotarySpec Rotary,
    TensorSpec TokenEmbedding,
    EquatableArray<LayerSpec> Layers,
    TensorSpec OutputNorm,
    TensorSpec Output,
    long ParameterCount)
{
    public bool HasTiedOutput => Output == TokenEmbedding;

    /// <summary>Query heads that share a key/value head.</summary>
    public int GroupSize => HeadCount / KeyValueHeadCount;
}

/// <summary>One block: attention, then a gated feed-forward network, each behind a norm and added to the residual stream.</summary>
/// <param name="AttentionNorm">[embedding].</param>
/// <param name="Query">[embedding, heads · head dimension].</param>
/// <param name="Key">[embedding, key/value heads · head dimension].</param>
/// <param name="Value">[embedding, key/value heads · head dimension].</param>
/// <param name="QueryBias">Added to the queries; null where the model has none, as for the next four.</param>
/// <param name="KeyBias">Added to the keys.</param>
/// <param name="ValueBias">Added to the values.</param>
/// <param name="QueryNorm">[head dimension]: norm of each query head before its rotation.</param>
/// <param name="KeyNorm">[head dimension]: norm of each key head before its rotation.</param>
/// <param name="AttentionOutput">[heads · head dimension, embedding].</param>
/// <param name="FeedForwardNorm">[embedding].</param>
/// <param name="Gate">[embedding, hidden].</param>
/// <param name="Up">[embedding, hidden].</param>
/// <param name="Down">[hidden, embedding].</param>
internal sealed record LayerSpec(
    TensorSpec AttentionNorm,
    TensorSpec Query,
    TensorSpec Key,
    TensorSpec Value,
    TensorSpec? QueryBias,
    TensorSpec? KeyBias,
    TensorSpec? ValueBias,
    TensorSpec? QueryNorm,
    TensorSpec? KeyNorm,
    TensorSpec AttentionOutput,
    TensorSpec FeedForwardNorm,
    TensorSpec Gate,
    TensorSpec Up,
    TensorSpec Down);

/// <summary>A tensor of the file.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="TypeId">Its ggml type.</param>
/// <param name="Columns">Elements of a row (the first dimension in GGUF's order).</param>
/// <param name="Rows">Rows; 1 for a vector.</param>
internal sealed record TensorSpec(string Name, int TypeId, int Columns, int Rows)
{
    public TensorFormat Format => TensorFormat.Find(TypeId)!;
}

/// <summary>Which two elements of a head a rotation turns.</summary>
internal enum RotaryPairing
{
    /// <summary>Elements 2i and 2i + 1, as RoFormer writes it and llama's GGUF files order their rows.</summary>
    Adjacent,

    /// <summary>Elements i and i + Dimensions / 2, as GPT-NeoX writes it (Black et al. 2022).</summary>
    Halves,
}

/// <summary>Rotary position embedding: pair i of a head at position p is turned by the angle p · Base^(-2i / Dimensions).</summary>
/// <param name="Dimensions">Elements of a head that are rotated, from its start.</param>
/// <param name="Pairing">Which two elements form a pair.</param>
/// <param name="Base">Base of the frequencies.</param>
/// <param name="Factors">[Dimensions / 2]: what the frequencies are divided by; null where that is 1.</param>
internal sealed record RotarySpec(int Dimensions, RotaryPairing Pairing, float Base, TensorSpec? Factors);
