using System;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// What llama.cpp answers for a model: logits after some tokens of a text, evaluated one at a time with keys and values in floats.
/// </summary>
/// <param name="Sha256">Of the GGUF file.</param>
/// <param name="Tokens">The text.</param>
/// <param name="Positions">The tokens behind which the logits were kept.</param>
/// <param name="Logits">Of each position, little-endian float32 in Base64.</param>
internal sealed record LogitAnswer(
    [property: JsonPropertyName("sha256")] string Sha256,
    [property: JsonPropertyName("tokens")] int[] Tokens,
    [property: JsonPropertyName("positions")] int[] Positions,
    [property: JsonPropertyName("logits")] string[] Logits)
{
    public static LogitAnswer Parse(string json) => JsonSerializer.Deserialize<LogitAnswer>(json)!;

    /// <summary>An answer from the logits after all tokens.</summary>
    public static LogitAnswer Of(string sha256, int[] tokens, int[] positions, float[][] logits) =>
        new(sha256, tokens, positions, [.. positions.Select(position => Encode(logits[position]))]);

    /// <summary>The logits of each position.</summary>
    public float[][] Decode() => [.. Logits.Select(row => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(row)).ToArray())];

    /// <summary>What there is at the kept positions, of something for all tokens.</summary>
    public T[] AtPositions<T>(T[] all) => [.. Positions.Select(position => all[position])];

    /// <summary>As JSON, a row of logits on a line.</summary>
    public string ToJson()
    {
        StringBuilder json = new();
        json.Append("{\n  \"sha256\": \"").Append(Sha256).Append("\",\n");
        json.Append("  \"tokens\": [").Append(Join(Tokens)).Append("],\n");
        json.Append("  \"positions\": [").Append(Join(Positions)).Append("],\n");
        json.Append("  \"logits\": [\n").AppendJoin(",\n", Logits.Select(row => $"    \"{row}\"")).Append("\n  ]\n}\n");
        return json.ToString();
    }

    private static string Join(int[] numbers) => string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    private static string Encode(float[] logits) => Convert.ToBase64String(MemoryMarshal.AsBytes(logits.AsSpan()));
}
