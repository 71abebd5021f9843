using System.Collections.Generic;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary>
/// <code>
/// &lt;tool_call&gt;
/// {"name": "weather", "arguments": {"city": "Oslo"}}
/// &lt;/tool_call&gt;
/// </code>
/// </summary>
internal sealed class HermesSyntax : ToolCallSyntax
{
    public override IReadOnlyList<string> Openings { get; } = ["<tool_call>"];

    public override string Closing => "</tool_call>";

    public override bool TryRead(string text, List<ChatToolCall> calls) =>
        JsonCalls.TryRead(BehindOpening(text), "name", "arguments", idKey: null, calls);

    public override GrammarExpression Calls(CallGrammar grammar) => grammar.OneOrMore(
        grammar.Sequence(
            grammar.Marker(Openings[0]),
            grammar.Text("\n"),
            grammar.AnyTool(tool => grammar.Sequence(
                grammar.Text("{\"name\": "),
                grammar.Quoted(tool.Name),
                grammar.Text(", \"arguments\": "),
                grammar.Arguments(tool),
                grammar.Text("}"))),
            grammar.Text("\n"),
            grammar.Marker(Closing)),
        separator: grammar.Text("\n"));
}
