using System.Collections.Generic;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary><c>&lt;|tool_call_start|&gt;[weather(city="Oslo")]&lt;|tool_call_end|&gt;</c></summary>
internal sealed class LfmSyntax : ToolCallSyntax
{
    public override IReadOnlyList<string> Openings { get; } = ["<|tool_call_start|>"];

    public override string Closing => "<|tool_call_end|>";

    // Where the system prompt asks for JSON, the list is one.
    public override bool TryRead(string text, List<ChatToolCall> calls) =>
        PythonCalls.TryRead(BehindOpening(text), calls) || JsonCalls.TryRead(BehindOpening(text), "name", "arguments", "id", calls);

    public override GrammarExpression Calls(CallGrammar grammar) =>
        grammar.Sequence(grammar.Marker(Openings[0]), PythonCallGrammar.List(grammar), grammar.Marker(Closing));
}
