using System;
using System.Text.Json.Nodes;

namespace ModelGen;

/// <summary>A call of a tool that a model made.</summary>
public sealed class ChatToolCall
{
    private readonly JsonObject _members;

    /// <summary>Creates a call.</summary>
    /// <param name="name">Name of the tool.</param>
    /// <param name="arguments">Its arguments by name.</param>
    /// <param name="id">Id of the call, which its result names; null where the model's calls have none.</param>
    public ChatToolCall(string name, JsonObject arguments, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(arguments);
        _members = [];
        if (id is not null)
        {
            _members["id"] = id;
        }

        _members["type"] = "function";
        _members["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments.DeepClone() };
    }

    /// <summary>The call as JSON.</summary>
    public JsonObject ToJson() => (JsonObject)_members.DeepClone();
}
