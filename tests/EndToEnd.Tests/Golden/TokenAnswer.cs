using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>What llama.cpp answers for a vocabulary: ids of texts.</summary>
/// <param name="Sha256">Of the GGUF file.</param>
/// <param name="Texts">The texts with their ids.</param>
internal sealed record TokenAnswer(
    [property: JsonPropertyName("sha256")] string Sha256,
    [property: JsonPropertyName("texts")] TokenizedText[] Texts)
{
    public static TokenAnswer Parse(string json) => JsonSerializer.Deserialize<TokenAnswer>(json)!;

    /// <summary>As JSON, a text on a line.</summary>
    public string ToJson()
    {
        StringBuilder json = new();
        json.Append("{\n  \"sha256\": \"").Append(Sha256).Append("\",\n  \"texts\": [\n");
        json.AppendJoin(",\n", Texts.Select(text => "    " + text.ToJson())).Append("\n  ]\n}\n");
        return json.ToString();
    }

    /// <summary>Ids as JSON.</summary>
    public static string Join(int[] ids) => "[" + string.Join(",", ids.Select(id => id.ToString(CultureInfo.InvariantCulture))) + "]";
}

/// <summary>A text and its ids.</summary>
/// <param name="Text">The text.</param>
/// <param name="Plain">Without special tokens, neither added nor read.</param>
/// <param name="Special">With both.</param>
internal sealed record TokenizedText(
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("plain")] int[] Plain,
    [property: JsonPropertyName("special")] int[] Special)
{
    public string ToJson() =>
        $"{{\"text\": {JsonSerializer.Serialize(Text)}, \"plain\": {TokenAnswer.Join(Plain)}, \"special\": {TokenAnswer.Join(Special)}}}";
}
