using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics.Tensors;
using ModelGen;

namespace Search;

/// <summary>Texts with their vectors, all in memory. Vectors have the length 1, so that a dot product is the cosine.</summary>
internal sealed class TextIndex
{
    private readonly CompiledEncoder _model;
    private readonly string[] _paths;

    // One vector behind the other.
    private readonly float[] _vectors;

    private TextIndex(CompiledEncoder model, string[] paths, float[] vectors)
    {
        _model = model;
        _paths = paths;
        _vectors = vectors;
    }

    /// <summary>Reads the texts of a folder, files whose names end with .txt.</summary>
    /// <param name="model">Makes the vectors; must stay.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The folder or a file cannot be read.</exception>
    public static TextIndex Read(CompiledEncoder model, string folder)
    {
        string[] paths = [.. Directory.EnumerateFiles(folder, "*.txt").Order(StringComparer.Ordinal)];
        string[] texts = [.. paths.Select(File.ReadAllText)];
        float[] vectors = [.. model.EmbedDocuments(texts, new EmbeddingOptions { LongText = LongText.Truncate }).SelectMany(vector => vector)];
        return new TextIndex(model, paths, vectors);
    }

    /// <summary>The texts that answer a question best.</summary>
    /// <param name="question">The question.</param>
    /// <param name="count">How many at most.</param>
    /// <returns>The best first, with their cosines.</returns>
    public IEnumerable<(string Path, float Score)> Find(string question, int count)
    {
        float[] query = _model.EmbedQuery(question, new EmbeddingOptions { LongText = LongText.Truncate });
        return _paths
            .Select((path, index) => (Path: path, Score: TensorPrimitives.Dot(query, _vectors.AsSpan(index * query.Length, query.Length))))
            .OrderByDescending(found => found.Score)
            .Take(count);
    }
}
