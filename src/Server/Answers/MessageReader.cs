using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Server.Http;

namespace ModelGen.Server.Answers;

/// <summary>Turns messages of OpenAI's interface into those that templates read.</summary>
internal static class MessageReader
{
    private const string Role = "role";
    private const string Content = "content";
    private const string ToolCalls = "tool_calls";
    private const string ToolCallId = "tool_call_id";
    private const string Name = "name";

    // Templates have one name or the other.
    private const string Reasoning = "reasoning_content";
    private const string Thinking = "thinking";

    /// <summary>Reads a conversation.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="form">How the model writes calls.</param>
    /// <exception cref="RequestException">There is none, or one has something that models here do not read.</exception>
    public static List<ChatMessage> Read(List<JsonObject> messages, ToolCallForm form) =>
        Read([.. messages.Select((message, index) => (message, $"messages[{index}]"))], form, "messages");

    /// <param name="messages">The messages, and where each stands in the request.</param>
    /// <param name="form">How the model writes calls.</param>
    /// <param name="field">Where all of them stand.</param>
    /// <inheritdoc cref="Read(List{JsonObject}, ToolCallForm)"/>
    public static List<ChatMessage> Read(IReadOnlyList<(JsonObject Message, string Place)> messages, ToolCallForm form, string field)
    {
        if (messages.Count == 0)
        {
            throw RequestException.Invalid(field, $"{field} is empty; give at least one message.");
        }

        Dictionary<string, string> toolNames = new(StringComparer.Ordinal);
        List<ChatMessage> read = [];
        foreach ((JsonObject? message, string place) in messages)
        {
            read.Add(Read(message ?? throw RequestException.Invalid(place, $"{place} is null; give a message."), place, toolNames, form));
        }

        return read;
    }

    private static ChatMessage Read(JsonObject message, string place, Dictionary<string, string> toolNames, ToolCallForm form)
    {
        string role = JsonFields.TextOf(message, Role, place)
            ?? throw RequestException.Invalid(JsonFields.Path(place, Role), $"{place} has no role; give system, user, assistant or tool.");
        JsonObject read = new()
        {
            // Templates know the older name of it.
            [Role] = role == "developer" ? "system" : role,
            [Content] = ReadContent(message[Content], JsonFields.Path(place, Content)),
        };
        foreach ((string field, JsonNode? value) in message)
        {
            switch (field)
            {
                case Role or Content:
                case "refusal" or "audio" or "function_call" or "annotations" when value is null or JsonArray { Count: 0 }:
                    break;
                case Name:
                    read[Name] = JsonFields.TextOf(message, Name, place);
                    break;
                case Reasoning or "reasoning" when role == "assistant":
                    string? reasoning = JsonFields.TextOf(message, field, place);
                    if (!string.IsNullOrEmpty(reasoning))
                    {
                        read[Reasoning] = reasoning;
                        read[Thinking] = reasoning;
                    }

                    break;
                case ToolCalls when role == "assistant":
                    ReadCalls(value, JsonFields.Path(place, ToolCalls), read, toolNames, form);
                    break;
                case ToolCallId when role == "tool":
                    string? id = JsonFields.TextOf(message, ToolCallId, place);
                    read[ToolCallId] = id;
                    if (id is not null && toolNames.TryGetValue(id, out string? tool) && !message.ContainsKey(Name))
                    {
                        read[Name] = tool;
                    }

                    break;
                default:
                    throw RequestException.Invalid(
                        JsonFields.Path(place, field),
                        $"{place} of the role '{role}' has a field '{field}', which models here do not read; leave it away.");
            }
        }

        return ChatMessage.FromJson(read);
    }

    private static string? ReadContent(JsonNode? content, string place)
    {
        switch (content)
        {
            case null:
                return null;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return value.GetValue<string>();
            case JsonArray parts:
                StringBuilder text = new();
                for (int index = 0; index < parts.Count; index++)
                {
                    string part = $"{place}[{index}]";
                    text.Append(
                        parts[index] is JsonObject json && JsonFields.TextOf(json, "type", part) is "text" or "input_text" or "output_text"
                        && JsonFields.TextOf((JsonObject)parts[index]!, "text", part) is string piece
                            ? piece
                            : throw RequestException.Invalid(part, $"{part} is no part of the type text; models here read text alone."));
                }

                return text.ToString();
            default:
                throw RequestException.Invalid(place, $"{place} is a text, or a list of parts of the type text.");
        }
    }

    private static void ReadCalls(
        JsonNode? calls, string place, JsonObject message, Dictionary<string, string> toolNames, ToolCallForm form)
    {
        if (calls is null)
        {
            return;
        }

        JsonArray list = calls as JsonArray ?? throw RequestException.Invalid(place, $"{place} is a list of calls.");
        JsonArray read = [];
        for (int index = 0; index < list.Count; index++)
        {
            string call = $"{place}[{index}]";
            if (list[index] is not JsonObject json || json["function"] is not JsonObject function
                || JsonFields.TextOf(function, Name, call) is not string name)
            {
                throw RequestException.Invalid(call, $"{call} is no call of a function, with its name and arguments.");
            }

            string? id = JsonFields.TextOf(json, "id", call);
            if (id is not null)
            {
                toolNames[id] = name;
            }

            string path = call + ".function.arguments";
            read.Add((JsonNode)new ChatToolCall(name, JsonFields.Parse(JsonFields.TextOf(function, "arguments", call), path), id).ToJson());
        }

        if (read.Count > 0)
        {
            // DeepSeek's template writes a second answer where there is a content, be it empty; others want a text.
            string text = message[Content]?.GetValue<string>() ?? "";
            message[Content] = text.Length == 0 && form == ToolCallForm.DeepSeek ? null : text;
            message[ToolCalls] = read;
        }
    }
}
