using System.Collections.Generic;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary><c>[TOOL_CALLS][{"name": "weather", "arguments": {"city": "Oslo"}, "id": "a1B2c3D4e"}]</c></summary>
internal sealed class MistralSyntax : ToolCallSyntax
{
    private const int IdLength = 9;

    public override IReadOnlyList<string> Openings { get; } = ["[TOOL_CALLS]"];

    public override bool TryRead(string text, List<ChatToolCall> calls) =>
        JsonCalls.TryRead(BehindOpening(text), "name", "arguments", "id", calls);

    public override GrammarExpression Calls(CallGrammar grammar) => grammar.Sequence(
        grammar.Marker(Openings[0]),
        grammar.Text("["),
        grammar.OneOrMore(
            grammar.AnyTool(tool => grammar.Sequence(
                grammar.Text("{\"name\": "),
                grammar.Quoted(tool.Name),
                grammar.Text(", \"arguments\": "),
                grammar.Arguments(tool),
                grammar.Text(", \"id\": \""),
                grammar.LettersAndDigits(IdLength),
                grammar.Text("\"}"))),
            separator: grammar.Text(", ")),
        grammar.Text("]"));
}
