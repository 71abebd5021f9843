using System.Collections.Generic;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary><c>[weather(city="Oslo"), time()]</c></summary>
internal sealed class PythonicSyntax : ToolCallSyntax
{
    private const string PythonTag = "<|python_start|>";
    private const string PythonEnd = "<|python_end|>";

    public override IReadOnlyList<string> Openings { get; } = ["[", PythonTag];

    public override bool IsWholeAnswer => true;

    public override bool TryRead(string text, List<ChatToolCall> calls) =>
        PythonCalls.TryRead(text.Replace(PythonTag, "", System.StringComparison.Ordinal).Replace(PythonEnd, "", System.StringComparison.Ordinal), calls);

    public override GrammarExpression Calls(CallGrammar grammar) => PythonCallGrammar.List(grammar);
}
