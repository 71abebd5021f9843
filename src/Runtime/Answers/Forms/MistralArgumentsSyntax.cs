using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary><c>[TOOL_CALLS]weather[ARGS]{"city": "Oslo"}</c>, in some models with <c>[CALL_ID]</c> and an id in front of <c>[ARGS]</c>.</summary>
internal sealed class MistralArgumentsSyntax : ToolCallSyntax
{
    private const string Opening = "[TOOL_CALLS]";
    private const string Id = "[CALL_ID]";
    private const string Arguments = "[ARGS]";

    public override IReadOnlyList<string> Openings { get; } = [Opening];

    public override bool TryRead(string text, List<ChatToolCall> calls)
    {
        List<ChatToolCall> read = [];
        foreach (string part in NamedCalls.Split(text, Opening, Arguments))
        {
            int separator = part.IndexOf(Arguments, StringComparison.Ordinal);
            if (separator < 0 || JsonCalls.TryReadArguments(part[(separator + Arguments.Length)..]) is not JsonObject arguments)
            {
                return false;
            }

            string[] head = part[..separator].Split(Id);
            read.Add(new ChatToolCall(head[0].Trim(), arguments, head.Length > 1 ? head[1].Trim() : null));
        }

        calls.AddRange(read);
        return read.Count > 0;
    }

    public override GrammarExpression Calls(CallGrammar grammar) => grammar.OneOrMore(
        grammar.Sequence(
            grammar.Marker(Opening),
            grammar.AnyTool(tool => grammar.Sequence(grammar.Text(tool.Name), grammar.Marker(Arguments), grammar.Arguments(tool)))),
        separator: grammar.Text(""));
}
