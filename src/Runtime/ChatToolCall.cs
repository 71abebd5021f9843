using System;
using System.Text.Json.Nodes;

namespace ModelGen;

/// <summary>A call of a tool that a model made.</summary>
public sealed class ChatToolCall
{
    private readonly JsonObject _arguments;

    /// <summary>Creates a call.</summary>
    /// <param name="name">Name of the tool.</param>
    /// <param name="arguments">Its arguments by name.</param>
    /// <param name="id">Id of the call, which its result names; null where the model's calls have none.</param>
    public ChatToolCall(string name, JsonObject arguments, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(arguments);
        Name = name;
        Id = id;
        _arguments = (JsonObject)arguments.DeepClone();
    }

    /// <summary>Name of the tool.</summary>
    public string Name { get; }

    /// <summary>Id of the call; null where it has none.</summary>
    public string? Id { get; }

    /// <summary>Its arguments by name.</summary>
    public JsonObject Arguments => (JsonObject)_arguments.DeepClone();

    /// <summary>The call as JSON.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = [];
        if (Id is not null)
        {
            json["id"] = Id;
        }

        json["type"] = "function";
        json["function"] = new JsonObject { ["name"] = Name, ["arguments"] = Arguments };
        return json;
    }
}
