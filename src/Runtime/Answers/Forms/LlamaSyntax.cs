using System.Collections.Generic;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary><c>{"name": "weather", "parameters": {"city": "Oslo"}}</c></summary>
internal sealed class LlamaSyntax : ToolCallSyntax
{
    private const string PythonTag = "<|python_tag|>";

    public override IReadOnlyList<string> Openings { get; } = ["{", PythonTag];

    public override bool IsWholeAnswer => true;

    public override bool AllowsSeveral => false;

    public override bool TryRead(string text, List<ChatToolCall> calls)
    {
        string json = text.StartsWith(PythonTag, System.StringComparison.Ordinal) ? text[PythonTag.Length..] : text;

        // Some fine-tunes call parameters arguments.
        return JsonCalls.TryRead(json, "name", "parameters", idKey: null, calls)
            || JsonCalls.TryRead(json, "name", "arguments", idKey: null, calls);
    }

    public override GrammarExpression Calls(CallGrammar grammar) => grammar.AnyTool(tool => grammar.Sequence(
        grammar.Text("{\"name\": "), grammar.Quoted(tool.Name), grammar.Text(", \"parameters\": "), grammar.Arguments(tool), grammar.Text("}")));
}
