using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.Templates;

/// <summary>
/// Values of JSON. All text in it counts as the conversation's, in which nothing is read as a special token, but for the texts of the special
/// tokens themselves and for the names of roles, which templates build special tokens from.
/// </summary>
internal static class TemplateJson
{
    // bos_token, eos_token and the like.
    private const string TokenEnding = "_token";

    /// <summary>The variables that a template is rendered with.</summary>
    public static Dictionary<string, TemplateValue> ReadVariables(JsonObject variables) => variables.ToDictionary(
        variable => variable.Key,
        variable => variable.Key.EndsWith(TokenEnding, StringComparison.Ordinal) && TextOf(variable.Value) is string token ? token
            : variable.Key == "messages" && variable.Value is JsonArray messages ? TemplateValue.OfList(messages.Select(ReadMessage))
            : Read(variable.Value),
        StringComparer.Ordinal);

    /// <summary>A value.</summary>
    public static TemplateValue Read(JsonNode? node) => node switch
    {
        null => TemplateValue.None,
        JsonObject members => Read(members, static (_, value) => Read(value)),
        JsonArray items => TemplateValue.OfList(items.Select(Read)),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => ReadNumber(node.ToJsonString()),
            JsonValueKind.Null => TemplateValue.None,
            _ => TemplateValue.Of(TemplateText.OfContent(node.GetValue<string>())),
        },
    };

    private static TemplateValue ReadMessage(JsonNode? message) => message is JsonObject members
        ? Read(members, (key, value) => key == "role" && TextOf(value) is string role && IsName(role) ? role : Read(value))
        : Read(message);

    private static TemplateValue Read(JsonObject members, Func<string, JsonNode?, TemplateValue> readMember)
    {
        TemplateDictionary dictionary = new();
        foreach ((string key, JsonNode? value) in members)
        {
            dictionary.Set(TemplateValue.Of(TemplateText.OfContent(key)), readMember(key, value));
        }

        return TemplateValue.Of(dictionary);
    }

    private static TemplateValue ReadNumber(string number) =>
        BigInteger.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger integer)
            ? TemplateValue.Of(integer)
            : double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static string? TextOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    // A role is chosen by the program; one that could hold a special token is treated as text nonetheless.
    private static bool IsName(string role) => role.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-');
}
