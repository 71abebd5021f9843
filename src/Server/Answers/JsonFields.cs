using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Server.Http;

namespace ModelGen.Server.Answers;

/// <summary>Reads fields of JSON objects whose form depends on what they are.</summary>
internal static class JsonFields
{
    /// <summary>Where a field stands.</summary>
    public static string Path(string place, string field) => $"{place}.{field}";

    /// <summary>A field that is a text; null where it is none or null.</summary>
    /// <exception cref="RequestException">It is something else.</exception>
    public static string? TextOf(JsonObject json, string field, string place) => json[field] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw RequestException.Invalid(Path(place, field), $"{Path(place, field)} is a text."),
    };

    /// <summary>A JSON object that is written as text, as arguments of calls are.</summary>
    /// <exception cref="RequestException">It is none.</exception>
    public static JsonObject Parse(string? text, string place)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw RequestException.Invalid(place, $"{place} is the text of a JSON object.");
        }
        catch (JsonException error)
        {
            throw RequestException.Invalid(place, $"{place} is the text of a JSON object, and this is no JSON: {error.Message}");
        }
    }
}
