using System;

namespace ModelGen.Embeddings;

/// <summary>A text that an encoder is to read.</summary>
/// <param name="Ids">Its tokens; one at least, and no more than the context has.</param>
/// <param name="SecondFrom">Index of the first token of the second of two texts that are read together; their number where there is one text.</param>
internal readonly record struct EncoderText(ReadOnlyMemory<int> Ids, int SecondFrom)
{
    /// <summary>A single text.</summary>
    public static EncoderText Of(ReadOnlyMemory<int> ids) => new(ids, ids.Length);
}
