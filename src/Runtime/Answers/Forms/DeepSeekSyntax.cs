using System;
using System.Collections.Generic;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary>
/// Each call has its type, its name, and its arguments as a block of JSON in Markdown, between markers of its own, and all of them are
/// between two more.
/// </summary>
internal sealed class DeepSeekSyntax : ToolCallSyntax
{
    private const string Opening = "<｜tool▁calls▁begin｜>";
    private const string CallOpening = "<｜tool▁call▁begin｜>";
    private const string Separator = "<｜tool▁sep｜>";
    private const string Type = "function";
    private const string BlockStart = "\n```json\n";
    private const string BlockEnd = "\n```";
    private const string CallClosing = "<｜tool▁call▁end｜>";

    public override IReadOnlyList<string> Openings { get; } = [Opening];

    public override string Closing => "<｜tool▁calls▁end｜>";

    public override bool TryRead(string text, List<ChatToolCall> calls) => NamedCalls.TryRead(
        text,
        CallOpening,
        BlockStart,
        BlockEnd + CallClosing,
        static head => (head[(head.IndexOf(Separator, StringComparison.Ordinal) is var at and >= 0 ? at + Separator.Length : 0)..].Trim(), null),
        calls);

    public override GrammarExpression Calls(CallGrammar grammar) => grammar.Sequence(
        grammar.Marker(Opening),
        grammar.OneOrMore(
            grammar.Sequence(
                grammar.Marker(CallOpening),
                grammar.Text(Type),
                grammar.Marker(Separator),
                grammar.AnyTool(tool => grammar.Sequence(
                    grammar.Text(tool.Name), grammar.Text(BlockStart), grammar.Arguments(tool), grammar.Text(BlockEnd))),
                grammar.Marker(CallClosing)),
            separator: grammar.Text("\n")),
        grammar.Marker(Closing));
}
