using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Grammars;
using ModelGen.Grammars.Json;

namespace ModelGen.Answers;

/// <summary>
/// Calls as Python writes them. Values are written as JSON, whose texts, numbers, lists and dictionaries are Python's too, but for arguments that
/// are <c>True</c>, <c>False</c> or <c>None</c> by themselves.
/// </summary>
internal static class PythonCallGrammar
{
    /// <summary>A list of one or more calls.</summary>
    public static GrammarExpression List(CallGrammar grammar) => grammar.Sequence(
        grammar.Text("["),
        grammar.OneOrMore(grammar.AnyTool(tool => Call(grammar, tool)), separator: grammar.Text(", ")),
        grammar.Text("]"));

    private static GrammarExpression Call(CallGrammar grammar, ToolSignature tool)
    {
        List<GrammarMember> members = [];
        foreach ((string name, JsonObject schema, bool isRequired) in tool.Properties())
        {
            members.Add(new GrammarMember(
                grammar.Text(name + "="),
                Value(grammar, schema, $"the parameter '{name}' of the tool '{tool.Name}'"),
                isRequired,
                repeats: false));
        }

        return grammar.Sequence(
            grammar.Text(tool.Name + "("),
            members.Count == 0 ? JsonExpressions.Empty : new MembersExpression(members, grammar.Text(", "), 0, null),
            grammar.Text(")"));
    }

    private static GrammarExpression Value(CallGrammar grammar, JsonObject schema, string owner)
    {
        bool isOneOfSome = schema.ContainsKey("enum") || schema.ContainsKey("const");
        string type = !isOneOfSome && schema["type"] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
        return type switch
        {
            "boolean" => grammar.Choice(grammar.Text("True"), grammar.Text("False")),
            "null" => grammar.Text("None"),
            _ => grammar.Schema(schema, owner),
        };
    }
}
