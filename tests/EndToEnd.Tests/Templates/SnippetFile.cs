using System.IO;
using System.Text.Json.Nodes;
using ModelGen.Tests.Shared;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>snippets.json, which snippets.py writes: snippets of Jinja, and what Jinja2 gives for them.</summary>
internal static class SnippetFile
{
    private static readonly JsonObject Contents = (JsonObject)JsonNode.Parse(File.ReadAllText(
        Path.Combine(RepositoryFiles.Root, "tests", "EndToEnd.Tests", "Templates", "snippets.json")))!;

    /// <summary>What the snippets are rendered with.</summary>
    public static JsonObject Variables => (JsonObject)Contents["variables"]!;

    /// <summary>What they take for now.</summary>
    public static string Now => Contents["now"]!.GetValue<string>();

    /// <summary>The snippets.</summary>
    public static JsonArray Snippets => (JsonArray)Contents["snippets"]!;
}
