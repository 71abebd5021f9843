using System.Collections.Generic;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary><c>&lt;|tool_call|&gt;[{"name": "weather", "arguments": {"city": "Oslo"}}]</c></summary>
internal sealed class GraniteSyntax : ToolCallSyntax
{
    public override IReadOnlyList<string> Openings { get; } = ["<|tool_call|>"];

    public override bool TryRead(string text, List<ChatToolCall> calls) =>
        JsonCalls.TryRead(BehindOpening(text), "name", "arguments", idKey: null, calls);

    public override GrammarExpression Calls(CallGrammar grammar) => grammar.Sequence(grammar.Marker(Openings[0]), grammar.JsonList());
}
