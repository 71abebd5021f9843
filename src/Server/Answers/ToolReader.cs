using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Server.Http;

namespace ModelGen.Server.Answers;

/// <summary>Reads the functions that a request lets the model call, and whether it must.</summary>
internal static class ToolReader
{
    private const string Field = "tools";
    private const string ChoiceField = "tool_choice";

    /// <summary>The functions.</summary>
    /// <param name="tools">Objects of the type function.</param>
    /// <exception cref="RequestException">One is of another type, or has no name.</exception>
    public static List<ChatTool> Read(List<JsonObject>? tools)
    {
        List<ChatTool> read = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int index = 0; index < (tools?.Count ?? 0); index++)
        {
            string place = $"{Field}[{index}]";
            JsonObject tool = tools![index] ?? throw RequestException.Invalid(place, $"{place} is null; give a function.");
            if (JsonFields.TextOf(tool, "type", place) != "function" || tool["function"] is not JsonObject function)
            {
                throw RequestException.Invalid(place, $"{place} is no function; models here call functions alone.");
            }

            string path = JsonFields.Path(place, "function");
            string name = JsonFields.TextOf(function, "name", path) ?? throw RequestException.Invalid(path, $"{path} has no name.");
            if (!names.Add(name))
            {
                throw RequestException.Invalid(path, $"There are two functions of the name '{name}'; give each its own.");
            }

            JsonObject members = new() { ["name"] = name, ["description"] = JsonFields.TextOf(function, "description", path) ?? "" };
            members["parameters"] = function["parameters"] switch
            {
                null => new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() },
                JsonObject schema => schema.DeepClone(),
                _ => throw RequestException.Invalid(JsonFields.Path(path, "parameters"), $"{path}.parameters is a JSON Schema."),
            };
            foreach ((string field, JsonNode? value) in function)
            {
                // Arguments are kept to the schema in any case.
                if (field is not ("name" or "description" or "parameters" or "strict") && value is not null)
                {
                    throw RequestException.Invalid(
                        JsonFields.Path(path, field), $"{path} has a field '{field}' that is not known here; leave it away.");
                }
            }

            read.Add(ChatTool.FromJson(new JsonObject { ["type"] = "function", ["function"] = members }));
        }

        return read;
    }

    /// <summary>Functions as responses have them, without an object of their own, as chats have them.</summary>
    public static List<JsonObject>? FromResponses(List<JsonObject>? tools) => tools?.ConvertAll(tool =>
    {
        JsonObject function = (JsonObject)tool.DeepClone();
        function.Remove("type");
        return new JsonObject { ["type"] = tool["type"]?.DeepClone(), ["function"] = function };
    });

    /// <summary>Whether functions are called.</summary>
    /// <param name="choice">"none", "auto", "required", or an object that names a function; null: the model chooses.</param>
    /// <exception cref="RequestException">It is something else.</exception>
    public static ToolChoice ReadChoice(JsonElement? choice)
    {
        switch (choice)
        {
            case null:
                return ToolChoice.Auto;
            case { ValueKind: JsonValueKind.String } word:
                return word.GetString() switch
                {
                    "auto" => ToolChoice.Auto,
                    "none" => ToolChoice.None,
                    "required" => ToolChoice.Required,
                    _ => throw Wrong(),
                };
            case { ValueKind: JsonValueKind.Object } named when NameOf(named) is { Length: > 0 } name:
                return ToolChoice.Of(name);
            default:
                throw Wrong();
        }
    }

    // {"type": "function", "function": {"name": …}} of chats; {"type": "function", "name": …} of responses.
    private static string? NameOf(JsonElement choice)
    {
        if (!choice.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String || type.GetString() != "function")
        {
            return null;
        }

        if (choice.TryGetProperty("function", out JsonElement function) && function.ValueKind == JsonValueKind.Object)
        {
            choice = function;
        }

        return choice.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
    }

    private static RequestException Wrong() => RequestException.Invalid(
        ChoiceField, $"{ChoiceField} is none, auto, required, or an object of the type function with the function's name.");
}
