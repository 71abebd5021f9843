using System;
using System.Text.Json.Nodes;

namespace ModelGen;

/// <summary>A tool that a model may call.</summary>
public sealed class ChatTool
{
    private readonly JsonObject _members;

    /// <summary>Creates a tool.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, for the model.</param>
    /// <param name="parameters">Its parameters, a JSON schema.</param>
    public ChatTool(string name, string description, JsonObject parameters)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(parameters);
        _members = new JsonObject
        {
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = name, ["description"] = description, ["parameters"] = parameters.DeepClone() },
        };
    }

    private ChatTool(JsonObject members) => _members = members;

    /// <summary>A tool of JSON, with all of its members in their order.</summary>
    /// <param name="json">An object as chat services take it: type, and function with name, description and parameters.</param>
    public static ChatTool FromJson(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new ChatTool((JsonObject)json.DeepClone());
    }

    /// <summary>The tool as JSON.</summary>
    public JsonObject ToJson() => (JsonObject)_members.DeepClone();
}
