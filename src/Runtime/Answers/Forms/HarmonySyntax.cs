using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary>
/// A message of gpt-oss to a tool, without the marker of its start:
/// <c>&lt;|channel|&gt;commentary to=functions.weather &lt;|constrain|&gt;json&lt;|message|&gt;{"city": "Oslo"}</c>, or with the tool in front of
/// the channel, as the templates write it.
/// </summary>
internal sealed class HarmonySyntax : ToolCallSyntax
{
    private const string Namespace = "functions.";
    private const string Recipient = " to=" + Namespace;

    public override IReadOnlyList<string> Openings { get; } = [HarmonyMarkers.Channel];

    // The message to the tool ends the turn.
    public override bool AllowsSeveral => false;

    public override bool TryRead(string text, List<ChatToolCall> calls)
    {
        int body = text.IndexOf(HarmonyMarkers.Message, StringComparison.Ordinal);
        if (body < 0
            || HarmonyMarkers.RecipientOf(text[..body]) is not string recipient
            || JsonCalls.TryReadArguments(text[(body + HarmonyMarkers.Message.Length)..]) is not JsonObject arguments)
        {
            return false;
        }

        string name = recipient.StartsWith(Namespace, StringComparison.Ordinal) ? recipient[Namespace.Length..] : recipient;
        calls.Add(new ChatToolCall(name, arguments));
        return true;
    }

    public override GrammarExpression Calls(CallGrammar grammar) => grammar.AnyTool(tool => grammar.Sequence(
        grammar.Choice(
            grammar.Sequence(
                grammar.Marker(HarmonyMarkers.Channel),
                grammar.Text("commentary" + Recipient + tool.Name + " "),
                grammar.Optional(grammar.Marker(HarmonyMarkers.Constrain)),
                grammar.Text("json")),
            grammar.Sequence(
                grammar.Text(Recipient + tool.Name), grammar.Marker(HarmonyMarkers.Channel), grammar.Text("commentary json"))),
        grammar.Marker(HarmonyMarkers.Message),
        grammar.Arguments(tool)));
}
