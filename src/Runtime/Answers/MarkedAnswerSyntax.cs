using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using ModelGen.Grammars;
using ModelGen.Templates;

namespace ModelGen.Answers;

/// <summary>Answers with markers around reasoning and calls.</summary>
/// <param name="calls">How calls are written; null where that is not known.</param>
/// <param name="reasoning">What is around reasoning; null for nothing.</param>
internal sealed class MarkedAnswerSyntax(ToolCallSyntax? calls, ReasoningMarkers? reasoning) : AnswerSyntax
{
    // Most models put one or two new lines behind their reasoning.
    private const int MostSpace = 4;

    private static readonly ByteSet SpaceOrNewLine = ByteSet.Of((byte)' ') | ByteSet.Of((byte)'\n');

    public override ToolCallSyntax? Calls => calls;

    public override PromptEnding EndingOf(TemplateText prompt)
    {
        string text = prompt.Text.TrimEnd();
        if (reasoning is null || EndsWithin(prompt.Content, text.Length))
        {
            return PromptEnding.Free;
        }

        return text.EndsWith(reasoning.Opening.TrimEnd(), StringComparison.Ordinal) ? PromptEnding.InReasoning
            : text.EndsWith(reasoning.Closing, StringComparison.Ordinal) ? PromptEnding.BehindReasoning
            : PromptEnding.Free;
    }

    public override AnswerParser CreateParser(bool readsCalls, PromptEnding ending) =>
        new MarkedParser(readsCalls ? calls : null, reasoning, startsInReasoning: ending == PromptEnding.InReasoning);

    public override GrammarExpression Answer(
        CallGrammar grammar, ToolChoice choice, JsonElement? schema, bool allowsReasoning, PromptEnding ending)
    {
        GrammarExpression answer = choice.MustCall ? calls!.Calls(grammar) : TextOrCalls(grammar, choice, SchemaOf(grammar, schema));
        if (reasoning is null || ending == PromptEnding.BehindReasoning || (!allowsReasoning && ending == PromptEnding.Free))
        {
            return answer;
        }

        GrammarExpression rest = grammar.Sequence(
            allowsReasoning ? TextWithoutMarkers.Expression(reasoning.Closing) : grammar.Text(""),
            grammar.Marker(reasoning.Closing),
            new RepetitionExpression(new ByteExpression(SpaceOrNewLine), 0, MostSpace));
        return ending == PromptEnding.InReasoning
            ? grammar.Sequence(rest, answer)
            : grammar.Sequence(grammar.Optional(grammar.Sequence(grammar.Marker(reasoning.Opening), rest)), answer);
    }

    private GrammarExpression TextOrCalls(CallGrammar grammar, ToolChoice choice, GrammarExpression? json)
    {
        bool mayCall = choice.MayCall && calls is not null;
        GrammarExpression text = Wrap(grammar, json ?? FreeText(grammar, mayCall));
        return !mayCall ? text
            : json is null && reasoning?.TextOpening is null && !calls!.IsWholeAnswer
            ? grammar.Sequence(text, grammar.Optional(calls.Calls(grammar)))
            : grammar.Choice(text, calls!.Calls(grammar));
    }

    private GrammarExpression FreeText(CallGrammar grammar, bool mayCall)
    {
        List<string> markers = [];
        foreach (string? marker in (string?[])[reasoning?.Opening, reasoning?.TextOpening, reasoning?.TextClosing])
        {
            if (marker is not null)
            {
                markers.Add(marker);
            }
        }

        if (calls is { IsWholeAnswer: false })
        {
            markers.AddRange(calls.Openings);
        }

        GrammarExpression text = TextWithoutMarkers.Expression(markers);
        if (!mayCall || !calls!.IsWholeAnswer)
        {
            return text;
        }

        // A text that does not begin as calls do: its first character is another one than theirs.
        IEnumerable<char> first = calls.Openings.Select(opening => opening[0]).Concat(['\t', '\n', ' ']);
        IReadOnlyList<CharacterRange> others = CharacterRanges.Complement(CharacterRanges.Normalize(
            [.. first.Select(character => new CharacterRange(character, character))]));
        return grammar.Optional(grammar.Sequence(Utf8Expressions.OneOf(others), text));
    }

    private GrammarExpression Wrap(CallGrammar grammar, GrammarExpression text) => reasoning?.TextOpening is null || reasoning.TextClosing is null
        ? text
        : grammar.Sequence(
            grammar.Optional(grammar.Marker(reasoning.TextOpening)), text, grammar.Optional(grammar.Marker(reasoning.TextClosing)));

    // What a user wrote marks nothing.
    private static bool EndsWithin(ReadOnlySpan<Range> content, int length) =>
        !content.IsEmpty && content[^1].Start.Value < length && content[^1].End.Value >= length;
}
