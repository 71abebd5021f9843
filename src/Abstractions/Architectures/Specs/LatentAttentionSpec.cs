namespace ModelGen.Architectures;

/// <summary>The sizes of a latent attention.</summary>
/// <param name="Heads">Heads.</param>
/// <param name="Rank">Floats of the latent.</param>
/// <param name="KeyLength">Floats of a head's query that meet the latent.</param>
/// <param name="RotaryLength">Floats of a head's query behind them that meet the key that all heads share; both are rotated, where the model has that.</param>
/// <param name="ValueLength">Floats of a head's output.</param>
internal sealed record LatentShape(int Heads, int Rank, int KeyLength, int RotaryLength, int ValueLength)
{
    /// <summary>Floats of a head's query.</summary>
    public int QueryLength => KeyLength + RotaryLength;
}

/// <summary>
/// Multi-head latent attention (DeepSeek-AI 2024, DeepSeek-V2). A token is remembered by its latent c = norm(Latent · x) and a rotated key r that
/// all heads share. With q | p of a head's query, p rotated (neither is in Kimi Linear), its score is q · (KeyUp · c) + p · r, and its output ValueUp · Σ weight · c: matrices of a
/// head's own on either side of an attention with one key/value head, whose values are the first floats of its keys.
/// </summary>
/// <param name="Shape">Its sizes.</param>
/// <param name="QueryDown">[embedding, rank of the queries]: queries are products of norm(QueryDown · x); null: of x.</param>
/// <param name="QueryNorm">That norm.</param>
/// <param name="Query">[embedding or rank of the queries, heads · query length].</param>
/// <param name="Latent">[embedding, rank + rotary length].</param>
/// <param name="LatentNorm">Norm of the latent, without what is rotated.</param>
/// <param name="KeyUp">A stack of one matrix a head: [key length, rank], by which a query becomes one of the latent.</param>
/// <param name="ValueUp">A stack of one matrix a head: [rank, value length].</param>
/// <param name="Rotary">Index into ModelSpec.Rotaries; null: nothing is rotated.</param>
/// <param name="Output">[heads · value length, embedding].</param>
internal sealed record LatentAttentionSpec(
    LatentShape Shape,
    TensorSpec? QueryDown,
    NormSpec? QueryNorm,
    TensorSpec Query,
    TensorSpec Latent,
    NormSpec LatentNorm,
    TensorSpec KeyUp,
    TensorSpec ValueUp,
    int? Rotary,
    TensorSpec Output)
    : MixerSpec("Attention");
