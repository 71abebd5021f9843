using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>
/// all-MiniLM-L6-v2, a trained encoder, with the answers of the program that it was made with and of llama.cpp. It lies beside the
/// repository, whose README there says where it comes from; where it is not here, its tests are skipped.
/// </summary>
internal static class MiniLm
{
    /// <summary>The formats that it is here in.</summary>
    public static readonly string[] Formats = ["F16", "Q8_0"];

    private const string Name = "all-minilm-l6-v2";

    private static readonly string Folder = Path.Combine(RepositoryFiles.SharedData, "embeddings");

    /// <summary>Whether it is here.</summary>
    public static bool IsHere => Formats.All(format => File.Exists(PathOf(format)));

    /// <summary>The compiled model; skips the test where its file is not here.</summary>
    public static CompiledClass Compile(string format)
    {
        Assert.SkipUnless(IsHere, RepositoryFiles.NoSharedData);
        return ModelCompiler.Compile(PathOf(format));
    }

    /// <summary>Texts and what they become.</summary>
    public static IReadOnlyList<EmbeddedText> ReadTexts() => Read<EmbeddingTruth>(Name + ".truth.json").Texts;

    /// <summary>Documents, and queries with the documents in the order in which they answer them.</summary>
    public static SearchTruth ReadSearch() => Read<SearchTruth>("search.json");

    private static string PathOf(string format) => Path.Combine(Folder, $"{Name}-{format}.gguf");

    private static T Read<T>(string fileName) => JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine(Folder, fileName)))!;

    private sealed record EmbeddingTruth([property: JsonPropertyName("texts")] IReadOnlyList<EmbeddedText> Texts);
}

/// <summary>A text and its vectors, all of the length 1.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Ids">Its tokens.</param>
/// <param name="Onnx">What the model gives in float32 by ONNX Runtime.</param>
/// <param name="LlamaCpp">What llama.cpp gives, by format.</param>
/// <param name="Float64">What the weights of the Q8_0 file give in float64.</param>
internal sealed record EmbeddedText(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("ids")] int[] Ids,
    [property: JsonPropertyName("onnx")] float[] Onnx,
    [property: JsonPropertyName("llama_cpp")] IReadOnlyDictionary<string, float[]> LlamaCpp,
    [property: JsonPropertyName("float64_Q8_0")] float[] Float64);

/// <summary>A search.</summary>
internal sealed record SearchTruth(
    [property: JsonPropertyName("documents")] IReadOnlyList<SearchText> Documents,
    [property: JsonPropertyName("queries")] IReadOnlyList<SearchQuery> Queries);

/// <summary>A document.</summary>
internal sealed record SearchText([property: JsonPropertyName("ids")] int[] Ids);

/// <summary>A query, with the indexes of the documents, best first.</summary>
internal sealed record SearchQuery(
    [property: JsonPropertyName("ids")] int[] Ids, [property: JsonPropertyName("ranking")] int[] Ranking);
