using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Message = Microsoft.Extensions.AI.ChatMessage;

namespace ModelGen.Extensions.AI;

/// <summary>Turns messages of Microsoft.Extensions.AI into those that templates read.</summary>
internal static class MessageReader
{
    private const string ContentKey = "content";

    /// <summary>Reads a conversation.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="instructions">What stands in front of the system message; null for nothing.</param>
    /// <param name="form">How the model writes calls.</param>
    /// <exception cref="NotSupportedException">A message has something other than text, reasoning, calls and their results.</exception>
    public static List<ChatMessage> Read(IEnumerable<Message> messages, string? instructions, ToolCallForm form)
    {
        Dictionary<string, string> toolNames = new(StringComparer.Ordinal);
        List<ChatMessage> read = [];
        foreach (Message message in messages)
        {
            ArgumentNullException.ThrowIfNull(message, nameof(messages));
            if (message.Role == ChatRole.Tool || message.Contents.Any(content => content is FunctionResultContent))
            {
                read.AddRange(message.Contents.OfType<FunctionResultContent>().Select(result => ReadResult(result, toolNames)));
            }
            else
            {
                read.Add(ReadMessage(message, toolNames, form));
            }
        }

        if (!string.IsNullOrEmpty(instructions))
        {
            // One system message: templates know no second one.
            bool hasSystem = read.Count > 0 && read[0].Role == ChatRole.System.Value;
            string system = hasSystem && !string.IsNullOrEmpty(read[0].Content) ? instructions + "\n\n" + read[0].Content : instructions;
            read.RemoveRange(0, hasSystem ? 1 : 0);
            read.Insert(0, ChatMessage.System(system));
        }

        return read;
    }

    private static ChatMessage ReadMessage(Message message, Dictionary<string, string> toolNames, ToolCallForm form)
    {
        string text = "";
        string reasoning = "";
        JsonArray calls = [];
        foreach (AIContent content in message.Contents)
        {
            switch (content)
            {
                case TextContent part:
                    text += part.Text;
                    break;
                case TextReasoningContent part:
                    reasoning += part.Text;
                    break;
                case FunctionCallContent call:
                    toolNames[call.CallId] = call.Name;
                    calls.Add((JsonNode)new ChatToolCall(call.Name, ReadArguments(call), call.CallId).ToJson());
                    break;
                case UsageContent:
                    break;
                default:
                    throw new NotSupportedException(
                        $"A message of the role '{message.Role}' has a {content.GetType().Name}; the model reads text, reasoning, function calls "
                        + "and their results.");
            }
        }

        JsonObject json = new() { ["role"] = message.Role.Value, [ContentKey] = text };
        if (reasoning.Length > 0)
        {
            // Templates have one name or the other.
            json["reasoning_content"] = reasoning;
            json["thinking"] = reasoning;
        }

        if (calls.Count > 0)
        {
            // DeepSeek's template writes a second answer where there is a content, be it empty.
            json[ContentKey] = text.Length == 0 && form == ToolCallForm.DeepSeek ? null : text;
            json["tool_calls"] = calls;
        }

        return ChatMessage.FromJson(json);
    }

    private static JsonObject ReadArguments(FunctionCallContent call)
    {
        JsonObject arguments = [];
        foreach ((string name, object? value) in call.Arguments ?? new Dictionary<string, object?>())
        {
            arguments[name] = ToJson(value);
        }

        return arguments;
    }

    private static ChatMessage ReadResult(FunctionResultContent result, Dictionary<string, string> toolNames) => ChatMessage.Tool(
        result.Result switch
        {
            null => result.Exception?.Message ?? "",
            string text => text,
            JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
            TextContent text => text.Text,
            object value => ToJson(value)?.ToJsonString() ?? "null",
        },
        result.CallId,
        toolNames.GetValueOrDefault(result.CallId));

    // Types that the library's own options do not know need reflection, which a program may have turned off; it says so then.
    private static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        JsonNode node => node.DeepClone(),
        JsonElement element => JsonNode.Parse(element.GetRawText()),
        _ => JsonSerializer.SerializeToNode(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(value.GetType())),
    };
}
