using System;
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

    public override bool TryRead(string text, List<ChatToolCall> calls)
    {
        string list = text.Trim();
        list = list.StartsWith(PythonTag, StringComparison.Ordinal) ? list[PythonTag.Length..] : list;
        list = list.EndsWith(PythonEnd, StringComparison.Ordinal) ? list[..^PythonEnd.Length] : list;
        return PythonCalls.TryRead(list, calls);
    }

    public override GrammarExpression Calls(CallGrammar grammar) => PythonCallGrammar.List(grammar);
}
