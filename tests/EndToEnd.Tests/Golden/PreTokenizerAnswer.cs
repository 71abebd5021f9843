using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>What llama.cpp answers for vocabularies that differ in nothing but the name of their pre-tokenizer.</summary>
/// <param name="Sha256">Of each name's GGUF file.</param>
/// <param name="Texts">The texts.</param>
/// <param name="Answers">The ids of all texts, once for all names that have the same.</param>
internal sealed record PreTokenizerAnswer(
    [property: JsonPropertyName("sha256")] SortedDictionary<string, string> Sha256,
    [property: JsonPropertyName("texts")] string[] Texts,
    [property: JsonPropertyName("answers")] SharedIds[] Answers)
{
    public static PreTokenizerAnswer Parse(string json) => JsonSerializer.Deserialize<PreTokenizerAnswer>(json)!;

    /// <summary>An answer from that of each name.</summary>
    public static PreTokenizerAnswer Of(
        IReadOnlyDictionary<string, string> sha256, string[] texts, IReadOnlyDictionary<string, int[][]> ids) => new(
        new SortedDictionary<string, string>(sha256.ToDictionary(), System.StringComparer.Ordinal),
        texts,
        [
            .. ids.GroupBy(name => string.Concat(name.Value.Select(TokenAnswer.Join)), name => name)
                .Select(group => new SharedIds([.. group.Select(name => name.Key)], group.First().Value)),
        ]);

    /// <summary>The ids of a name.</summary>
    public int[][] Of(string name) => Answers.Single(answer => answer.Names.Contains(name)).Ids;

    /// <summary>As JSON, the ids of a text on a line.</summary>
    public string ToJson()
    {
        StringBuilder json = new();
        json.Append("{\n  \"sha256\": {\n");
        json.AppendJoin(",\n", Sha256.Select(file => $"    {JsonSerializer.Serialize(file.Key)}: \"{file.Value}\""));
        json.Append("\n  },\n  \"texts\": [\n").AppendJoin(",\n", Texts.Select(text => "    " + JsonSerializer.Serialize(text)));
        json.Append("\n  ],\n  \"answers\": [\n").AppendJoin(",\n", Answers.Select(answer => answer.ToJson())).Append("\n  ]\n}\n");
        return json.ToString();
    }
}

/// <summary>Ids of all texts, for some names.</summary>
internal sealed record SharedIds([property: JsonPropertyName("names")] string[] Names, [property: JsonPropertyName("ids")] int[][] Ids)
{
    public string ToJson() =>
        $"    {{\n      \"names\": {JsonSerializer.Serialize(Names)},\n      \"ids\": [\n"
        + string.Join(",\n", Ids.Select(ids => "        " + TokenAnswer.Join(ids))) + "\n      ]\n    }";
}
