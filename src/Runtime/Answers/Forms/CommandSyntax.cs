using System.Collections.Generic;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary>
/// <c>&lt;|START_ACTION|&gt;[{"tool_call_id": "0", "tool_name": "weather", "parameters": {"city": "Oslo"}}]&lt;|END_ACTION|&gt;</c>
/// </summary>
internal sealed class CommandSyntax : ToolCallSyntax
{
    public override IReadOnlyList<string> Openings { get; } = ["<|START_ACTION|>"];

    public override string Closing => "<|END_ACTION|>";

    // Its numbers start anew with each answer, so that they tell no two calls of a conversation apart.
    public override bool TryRead(string text, List<ChatToolCall> calls) =>
        JsonCalls.TryRead(BehindOpening(text), "tool_name", "parameters", idKey: null, calls);

    public override GrammarExpression Calls(CallGrammar grammar) => grammar.Sequence(
        grammar.Marker(Openings[0]),
        grammar.Text("[\n"),
        grammar.OneOrMore(
            grammar.Sequence(
                grammar.Text("    {\"tool_call_id\": \""),
                grammar.Number,
                grammar.AnyTool(tool => grammar.Sequence(
                    grammar.Text("\", \"tool_name\": "),
                    grammar.Quoted(tool.Name),
                    grammar.Text(", \"parameters\": "),
                    grammar.Arguments(tool),
                    grammar.Text("}")))),
            separator: grammar.Text(",\n")),
        grammar.Text("\n]"),
        grammar.Marker(Closing));
}
