using System.Collections.Generic;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary>Each call has its name and its arguments between markers of its own, and all of them are between two more.</summary>
internal sealed class DeepSeekInlineSyntax : ToolCallSyntax
{
    private const string Opening = "<｜tool▁calls▁begin｜>";
    private const string CallOpening = "<｜tool▁call▁begin｜>";
    private const string Separator = "<｜tool▁sep｜>";
    private const string CallClosing = "<｜tool▁call▁end｜>";

    public override IReadOnlyList<string> Openings { get; } = [Opening];

    public override string Closing => "<｜tool▁calls▁end｜>";

    public override bool HasArgumentsAsText => true;

    public override bool TryRead(string text, List<ChatToolCall> calls) =>
        NamedCalls.TryRead(text, CallOpening, Separator, CallClosing, static head => (head.Trim(), null), calls);

    public override GrammarExpression Calls(CallGrammar grammar) => grammar.Sequence(
        grammar.Marker(Opening),
        grammar.OneOrMore(
            grammar.Sequence(
                grammar.Marker(CallOpening),
                grammar.AnyTool(tool => grammar.Sequence(grammar.Text(tool.Name), grammar.Marker(Separator), grammar.Arguments(tool))),
                grammar.Marker(CallClosing)),
            separator: grammar.Text("")),
        grammar.Marker(Closing));
}
