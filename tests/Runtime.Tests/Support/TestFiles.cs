using System.IO;
using System.Linq;
using System.Text.Json;
using ModelGen.Tests.Shared;

namespace ModelGen.Runtime.Tests.Support;

/// <summary>The demo model, and how models and what llama.cpp answers for them are read.</summary>
internal static class TestFiles
{
    public static string DemoModel { get; } = Path.Combine(RepositoryFiles.Root, "samples", "Stories", "models", "demo-stories-Q8_0.gguf");

    public static Tokenizer OpenTokenizer(string ggufPath) =>
        Tokenizer.Load(ggufPath);

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
}

/// <summary>What llama.cpp answers to a prompt, greedily.</summary>
internal sealed record TruthCase(string Prompt, int[] PromptIds, int[] Ids, string Text, string FullText);
