using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using ModelGen.Gguf;
using ModelGen.Packing;

namespace ModelGen.Runtime.Tests.Support;

/// <summary>Where the tests' files lie: in the repository, and the larger collection that may lie beside it.</summary>
internal static class TestFiles
{
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    public static string DemoModel { get; } = Path.Combine(RepositoryRoot, "samples", "Stories", "models", "demo-stories-Q8_0.gguf");

    /// <summary>The collection's folder, which need not exist.</summary>
    public static string SharedData { get; } = Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared", "data"));

    public const string SharedDataMissing = "The extra test data (../shared/data) is not here.";

    public static Tokenizer OpenTokenizer(string ggufPath) =>
        Tokenizer.Create(VocabularySection.Write(VocabularyContent.From(GgufHeaderReader.ReadFile(ggufPath))));

    /// <summary>The cases of a truth file that lies beside a model.</summary>
    public static TruthCase[] ReadTruth(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray()
            .Where(element => element.TryGetProperty("full_text", out _))
            .Select(element => new TruthCase(
                element.GetProperty("prompt").GetString()!,
                Ids(element.GetProperty("prompt_ids")),
                Ids(element.GetProperty("ids")),
                element.GetProperty("text").GetString()!,
                element.GetProperty("full_text").GetString()!))];
    }

    private static int[] Ids(JsonElement array) => [.. array.EnumerateArray().Select(id => id.GetInt32())];

    private static string FindRepositoryRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "ModelGen.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("ModelGen.sln is in no folder above " + AppContext.BaseDirectory);
    }
}

/// <summary>What llama.cpp answers to a prompt, greedily.</summary>
internal sealed record TruthCase(string Prompt, int[] PromptIds, int[] Ids, string Text, string FullText);
