using System;
using System.Collections.Generic;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary>
/// Each call has <c>functions.weather:0</c>, the tool's name and the call's number, which is its id too, and its arguments, between markers of
/// its own, and all of them are between two more.
/// </summary>
internal sealed class KimiSyntax : ToolCallSyntax
{
    private const string Opening = "<|tool_calls_section_begin|>";
    private const string CallOpening = "<|tool_call_begin|>";
    private const string Separator = "<|tool_call_argument_begin|>";
    private const string CallClosing = "<|tool_call_end|>";
    private const string Namespace = "functions.";

    public override IReadOnlyList<string> Openings { get; } = [Opening];

    public override string Closing => "<|tool_calls_section_end|>";

    public override bool TryRead(string text, List<ChatToolCall> calls) =>
        NamedCalls.TryRead(text, CallOpening, Separator, CallClosing, NameOf, calls);

    public override GrammarExpression Calls(CallGrammar grammar) => grammar.Sequence(
        grammar.Marker(Opening),
        grammar.OneOrMore(
            grammar.Sequence(
                grammar.Marker(CallOpening),
                grammar.Text(Namespace),
                grammar.AnyTool(tool => grammar.Sequence(
                    grammar.Text(tool.Name), grammar.Text(":"), grammar.Number, grammar.Marker(Separator), grammar.Arguments(tool))),
                grammar.Marker(CallClosing)),
            separator: grammar.Text("")),
        grammar.Marker(Closing));

    private static (string Name, string? Id) NameOf(string head)
    {
        string id = head.Trim();
        string name = id.StartsWith(Namespace, StringComparison.Ordinal) ? id[Namespace.Length..] : id;
        int number = name.LastIndexOf(':');
        return (number < 0 ? name : name[..number], id);
    }
}
