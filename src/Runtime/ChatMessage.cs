using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen;

/// <summary>
/// A message of a conversation, as models' chat templates read it: a role, a content, and whatever else a template knows, such as tool calls.
/// </summary>
/// <remarks>It is the JSON object that chat services call a message; <see cref="FromJson"/> takes one as it stands.</remarks>
public sealed class ChatMessage
{
    private const string RoleKey = "role";
    private const string ContentKey = "content";
    private const string ToolCallsKey = "tool_calls";

    private readonly JsonObject _members;

    /// <summary>Creates a message.</summary>
    /// <param name="role">Who says it: "system", "user", "assistant", "tool", or another role that the model's template knows. It is chosen by
    /// the program and never by a user.</param>
    /// <param name="content">What is said; null for nothing.</param>
    public ChatMessage(string role, string? content)
        : this(new JsonObject { [RoleKey] = role ?? throw new ArgumentNullException(nameof(role)), [ContentKey] = content })
    {
    }

    private ChatMessage(JsonObject members) => _members = members;

    /// <summary>Who says it.</summary>
    public string Role => _members[RoleKey]!.GetValue<string>();

    /// <summary>What is said; null where that is nothing, or no plain text.</summary>
    public string? Content =>
        _members[ContentKey] is JsonValue content && content.GetValueKind() == JsonValueKind.String ? content.GetValue<string>() : null;

    /// <summary>What tells the model how to answer.</summary>
    /// <param name="content">The text.</param>
    public static ChatMessage System(string content) => new("system", content);

    /// <summary>What the user says.</summary>
    /// <param name="content">The text.</param>
    public static ChatMessage User(string content) => new("user", content);

    /// <summary>What the model said.</summary>
    /// <param name="content">The text.</param>
    public static ChatMessage Assistant(string content) => new("assistant", content);

    /// <summary>What the model said, with calls of tools.</summary>
    /// <param name="content">The text.</param>
    /// <param name="toolCalls">The calls, at least one.</param>
    /// <exception cref="ArgumentException">There is no call.</exception>
    public static ChatMessage Assistant(string content, IEnumerable<ChatToolCall> toolCalls)
    {
        ArgumentNullException.ThrowIfNull(toolCalls);
        JsonArray calls = new([.. toolCalls.Select(call => call.ToJson())]);
        ChatMessage message = Assistant(content);

        // Templates ask whether there are calls by whether there is a list of them.
        message._members[ToolCallsKey] = calls.Count > 0
            ? calls
            : throw new ArgumentException("There are no calls of tools; give at least one.", nameof(toolCalls));
        return message;
    }

    /// <summary>What a tool gave back.</summary>
    /// <param name="content">Its result.</param>
    /// <param name="toolCallId">Id of the call; null where calls have none.</param>
    /// <param name="name">Name of the tool; null to leave it out.</param>
    public static ChatMessage Tool(string content, string? toolCallId = null, string? name = null)
    {
        ChatMessage message = new("tool", content);
        if (name is not null)
        {
            message._members["name"] = name;
        }

        if (toolCallId is not null)
        {
            message._members["tool_call_id"] = toolCallId;
        }

        return message;
    }

    /// <summary>A message of JSON, with all of its members in their order.</summary>
    /// <param name="json">An object with the member role, a text.</param>
    /// <exception cref="ArgumentException">There is no role.</exception>
    public static ChatMessage FromJson(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return json[RoleKey] is JsonValue role && role.GetValueKind() == JsonValueKind.String
            ? new ChatMessage((JsonObject)json.DeepClone())
            : throw new ArgumentException("The message has no role; give it a member \"role\" that is a text.", nameof(json));
    }

    /// <summary>The message as JSON.</summary>
    public JsonObject ToJson() => (JsonObject)_members.DeepClone();
}
