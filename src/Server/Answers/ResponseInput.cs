using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Server.Http;

namespace ModelGen.Server.Answers;

/// <summary>Turns the items of a response's input into messages of a chat.</summary>
internal static class ResponseInput
{
    private const string Field = "input";

    /// <summary>The messages, and where each stands.</summary>
    /// <param name="input">A text, or a list of items.</param>
    /// <param name="instructions">What stands in front; null for nothing.</param>
    /// <exception cref="RequestException">An item is of a kind that models here do not read.</exception>
    public static List<(JsonObject Message, string Place)> Read(JsonNode input, string? instructions)
    {
        List<(JsonObject Message, string Place)> messages = [];
        if (!string.IsNullOrEmpty(instructions))
        {
            messages.Add((new JsonObject { ["role"] = "system", ["content"] = instructions }, "instructions"));
        }

        switch (input)
        {
            case JsonValue text when text.GetValueKind() == JsonValueKind.String:
                messages.Add((new JsonObject { ["role"] = "user", ["content"] = text.GetValue<string>() }, Field));
                break;
            case JsonArray { Count: > 0 } items:
                for (int index = 0; index < items.Count; index++)
                {
                    string place = $"{Field}[{index}]";
                    Add(messages, items[index] as JsonObject ?? throw RequestException.Invalid(place, $"{place} is an object."), place);
                }

                break;
            default:
                throw RequestException.Invalid(Field, $"{Field} is a text, or a list of at least one item.");
        }

        return messages;
    }

    private static void Add(List<(JsonObject Message, string Place)> messages, JsonObject item, string place)
    {
        switch (JsonFields.TextOf(item, "type", place) ?? "message")
        {
            case "message":
                JsonObject message = new() { ["role"] = item["role"]?.DeepClone(), ["content"] = ContentOf(item["content"]) };
                if (LastAssistant(messages) is JsonObject thinking && !thinking.ContainsKey("content")
                    && item["role"] is JsonValue role && role.GetValueKind() == JsonValueKind.String && role.GetValue<string>() == "assistant")
                {
                    // What was thought before this was said.
                    thinking["content"] = message["content"]?.DeepClone();
                    break;
                }

                messages.Add((message, place));
                break;
            case "reasoning":
                messages.Add((new JsonObject { ["role"] = "assistant", ["reasoning_content"] = ReasoningOf(item, place) }, place));
                break;
            case "function_call":
                if (LastAssistant(messages) is not JsonObject caller)
                {
                    caller = new JsonObject { ["role"] = "assistant" };
                    messages.Add((caller, place));
                }

                caller["tool_calls"] ??= new JsonArray();
                ((JsonArray)caller["tool_calls"]!).Add((JsonNode)new JsonObject
                {
                    ["id"] = item["call_id"]?.DeepClone(),
                    ["function"] = new JsonObject { ["name"] = item["name"]?.DeepClone(), ["arguments"] = item["arguments"]?.DeepClone() },
                });
                break;
            case "function_call_output":
                JsonObject output = new()
                {
                    ["role"] = "tool", ["tool_call_id"] = item["call_id"]?.DeepClone(), ["content"] = ContentOf(item["output"]),
                };
                messages.Add((output, place));
                break;
            case string other:
                throw RequestException.Invalid(
                    place, $"{place} is of the type '{other}'; models here read message, reasoning, function_call and function_call_output.");
        }
    }

    private static JsonObject? LastAssistant(List<(JsonObject Message, string Place)> messages) =>
        messages.Count > 0 && messages[^1].Message["role"]?.ToString() == "assistant" ? messages[^1].Message : null;

    // Parts that carry what belongs to answers, such as annotations, as texts alone.
    private static JsonNode? ContentOf(JsonNode? content)
    {
        if (content is not JsonArray parts)
        {
            return content?.DeepClone();
        }

        JsonArray texts = [];
        foreach (JsonNode? part in parts)
        {
            texts.Add(part is JsonObject json && json["text"] is JsonNode text
                ? new JsonObject { ["type"] = json["type"]?.DeepClone(), ["text"] = text.DeepClone() }
                : part?.DeepClone());
        }

        return texts;
    }

    private static string ReasoningOf(JsonObject item, string place)
    {
        StringBuilder text = new();
        foreach (string field in (string[])["content", "summary"])
        {
            foreach (JsonNode? part in item[field] as JsonArray ?? [])
            {
                text.Append(part is JsonObject json ? JsonFields.TextOf(json, "text", JsonFields.Path(place, field)) : null);
            }

            if (text.Length > 0)
            {
                break;
            }
        }

        return text.ToString();
    }
}
