using System.Collections.Generic;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>Calls of an encoder that end when the test run is cancelled.</summary>
internal static class EncoderCalls
{
    public static float[] VectorOf(this CompiledEncoder model, string text, EmbeddingOptions? options = null) =>
        model.Embed(text, options, TestContext.Current.CancellationToken);

    public static float[][] VectorsOf(this CompiledEncoder model, IReadOnlyList<string> texts, EmbeddingOptions? options = null) =>
        model.Embed(texts, options, TestContext.Current.CancellationToken);

    public static float[][] VectorsOf(this CompiledEncoder model, IReadOnlyList<IReadOnlyList<int>> texts, EmbeddingOptions? options = null) =>
        model.Embed(texts, options, TestContext.Current.CancellationToken);

    public static TokenEmbeddings TokensOf(this CompiledEncoder model, string text, EmbeddingOptions? options = null) =>
        model.EmbedTokens(text, options, TestContext.Current.CancellationToken);

    public static TokenEmbeddings TokensOf(this CompiledEncoder model, IReadOnlyList<int> text, EmbeddingOptions? options = null) =>
        model.EmbedTokens(text, options, TestContext.Current.CancellationToken);
}
