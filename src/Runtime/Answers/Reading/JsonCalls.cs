using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.Answers;

/// <summary>Reads calls that are JSON.</summary>
internal static class JsonCalls
{
    /// <summary>Reads a call, or a list of calls, which is the whole text.</summary>
    /// <param name="text">JSON, with white space around it.</param>
    /// <param name="nameKey">The member that is the tool's name.</param>
    /// <param name="argumentsKey">The member that is its arguments.</param>
    /// <param name="idKey">The member that is the call's id; null where calls have none.</param>
    /// <param name="calls">Takes the calls; as it was where the text is none.</param>
    public static bool TryRead(string text, string nameKey, string argumentsKey, string? idKey, List<ChatToolCall> calls)
    {
        int before = calls.Count;
        bool isRead = TryParse(text, out JsonNode? value) && value switch
        {
            JsonArray { Count: > 0 } list => ReadAll(list),
            _ => Read(value),
        };
        if (!isRead)
        {
            calls.RemoveRange(before, calls.Count - before);
        }

        return isRead;

        bool ReadAll(JsonArray list)
        {
            foreach (JsonNode? item in list)
            {
                if (!Read(item))
                {
                    return false;
                }
            }

            return true;
        }

        bool Read(JsonNode? item)
        {
            if (item is not JsonObject call
                || TextOf(call[nameKey]) is not { Length: > 0 } name
                || ArgumentsOf(call[argumentsKey]) is not JsonObject arguments)
            {
                return false;
            }

            calls.Add(new ChatToolCall(name, arguments, idKey is null ? null : TextOf(call[idKey])));
            return true;
        }
    }

    /// <summary>Reads arguments, which are the whole text.</summary>
    /// <returns>Null where it is no JSON object.</returns>
    public static JsonObject? TryReadArguments(string text) => TryParse(text, out JsonNode? value) ? value as JsonObject : null;

    // Some models write arguments as a JSON text within JSON.
    private static JsonObject? ArgumentsOf(JsonNode? node) =>
        node as JsonObject ?? (TextOf(node) is string text ? TryReadArguments(text) : null);

    private static string? TextOf(JsonNode? node) => node is not JsonValue value ? null : value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number => value.ToJsonString(),
        _ => null,
    };

    private static bool TryParse(string text, out JsonNode? value)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            value = Copy(document.RootElement);
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            // No JSON, or half of a surrogate pair in it.
            value = null;
            return false;
        }
    }

    // A model may write a name twice, which a JsonObject refuses; the last one counts, as with other readers.
    private static JsonNode? Copy(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                JsonObject members = [];
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    members[member.Name] = Copy(member.Value);
                }

                return members;
            case JsonValueKind.Array:
                JsonArray items = [];
                foreach (JsonElement item in element.EnumerateArray())
                {
                    items.Add(Copy(item));
                }

                return items;
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
