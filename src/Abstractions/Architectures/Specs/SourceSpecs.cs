namespace ModelGen.Architectures;

/// <summary>The text that a decoder answers, its source, and what reads it (Vaswani et al. 2017).</summary>
/// <param name="Encoder">
/// The encoder. Behind its own layers it has one for each of the decoder's, which leaves that layer's keys and values of the text; the norm
/// behind the encoder's last layer stands before the first of them.
/// </param>
/// <param name="StartToken">The token that an answer starts with.</param>
internal sealed record SourceSpec(ModelSpec Encoder, int StartToken);

/// <summary>What an encoder leaves of a text for one layer of a decoder.</summary>
/// <param name="Heads">The heads that look at it.</param>
/// <param name="Key">[embedding, key/value heads · head dimension].</param>
/// <param name="Value">[embedding, key/value heads · head dimension].</param>
internal sealed record SourceKeysSpec(HeadShape Heads, TensorSpec Key, TensorSpec Value);

/// <summary>How a layer looks at it, behind its mixers: a token sees the whole text, and what is found is added to x.</summary>
/// <param name="Norm">Of x before it.</param>
/// <param name="Heads">Its heads.</param>
/// <param name="Query">[embedding, heads · head dimension].</param>
/// <param name="Output">[heads · head dimension, embedding].</param>
internal sealed record SourceAttentionSpec(NormSpec Norm, HeadShape Heads, TensorSpec Query, TensorSpec Output);
