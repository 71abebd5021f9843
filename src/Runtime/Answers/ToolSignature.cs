using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.Answers;

/// <summary>What a grammar of calls needs of a tool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">JSON Schema of the object of its arguments.</param>
internal sealed record ToolSignature(string Name, JsonObject Parameters)
{
    // What says which further members an object may have; without any of them a tool takes the parameters that it names.
    private static readonly string[] OpeningKeywords =
        ["additionalProperties", "patternProperties", "unevaluatedProperties", "$ref", "allOf", "anyOf", "oneOf", "if"];

    /// <summary>Reads a tool.</summary>
    /// <exception cref="ArgumentException">It has no name, or its parameters are no schema.</exception>
    public static ToolSignature Of(ChatTool tool)
    {
        JsonObject json = tool.ToJson();
        JsonObject function = json["function"] as JsonObject ?? json;
        string name = function["name"] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
        if (name.Length == 0)
        {
            throw new ArgumentException("A tool has no name; give it a member \"name\" that is a text.", nameof(tool));
        }

        return function["parameters"] switch
        {
            null => new ToolSignature(name, Close([])),
            JsonObject parameters => new ToolSignature(name, Close((JsonObject)parameters.DeepClone())),
            _ => throw new ArgumentException($"The parameters of the tool '{name}' are no JSON object; give a JSON Schema.", nameof(tool)),
        };
    }

    /// <summary>The schema of each parameter by itself, with the definitions that it may refer to, and whether it must be there.</summary>
    public IEnumerable<(string Name, JsonObject Schema, bool IsRequired)> Properties()
    {
        HashSet<string> required = Parameters["required"] is JsonArray names
            ? [.. names.Where(name => name?.GetValueKind() == JsonValueKind.String).Select(name => name!.GetValue<string>())]
            : [];
        foreach ((string name, JsonNode? schema) in Parameters["properties"] as JsonObject ?? [])
        {
            JsonObject own = schema is JsonObject members ? (JsonObject)members.DeepClone() : [];
            foreach (string definitions in (string[])["$defs", "definitions"])
            {
                if (Parameters[definitions] is JsonNode shared && !own.ContainsKey(definitions))
                {
                    own.Add(definitions, shared.DeepClone());
                }
            }

            yield return (name, own, required.Contains(name));
        }
    }

    private static JsonObject Close(JsonObject schema)
    {
        schema.TryAdd("type", "object");
        if (!OpeningKeywords.Any(schema.ContainsKey))
        {
            schema.Add("additionalProperties", false);
        }

        return schema;
    }
}
