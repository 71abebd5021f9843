using System.Text.Json;
using ModelGen.Grammars;
using ModelGen.Templates;

namespace ModelGen.Answers;

/// <summary>Answers of gpt-oss, behind the marker of a message's start in the prompt.</summary>
/// <param name="calls">How calls are written.</param>
internal sealed class HarmonyAnswerSyntax(ToolCallSyntax? calls) : AnswerSyntax
{
    private const string NextMessage = "assistant";

    public override ToolCallSyntax? Calls => calls;

    public override PromptEnding EndingOf(TemplateText prompt) => PromptEnding.Free;

    public override AnswerParser CreateParser(bool readsCalls, PromptEnding ending) => new HarmonyParser(readsCalls ? calls : null);

    public override GrammarExpression Answer(
        CallGrammar grammar, ToolChoice choice, JsonElement? schema, bool allowsReasoning, PromptEnding ending)
    {
        GrammarExpression text = TextWithoutMarkers.Expression(
            HarmonyMarkers.Start, HarmonyMarkers.Channel, HarmonyMarkers.Message, HarmonyMarkers.End, HarmonyMarkers.Call, HarmonyMarkers.Return);
        GrammarExpression answer = grammar.Sequence(Header(grammar, HarmonyMarkers.Final), SchemaOf(grammar, schema) ?? text);
        if (choice.MayCall && calls is not null)
        {
            // What is said beside a call is a message of its own in front of it.
            GrammarExpression said = grammar.Optional(Message(grammar, HarmonyMarkers.Commentary, text));
            GrammarExpression call = grammar.Sequence(said, calls.Calls(grammar));
            answer = choice.MustCall ? calls.Calls(grammar) : grammar.Choice(call, answer);
        }

        return allowsReasoning ? grammar.Sequence(grammar.Optional(Message(grammar, HarmonyMarkers.Analysis, text)), answer) : answer;
    }

    private static GrammarExpression Header(CallGrammar grammar, string channel) =>
        grammar.Sequence(grammar.Marker(HarmonyMarkers.Channel), grammar.Text(channel), grammar.Marker(HarmonyMarkers.Message));

    // A message with what begins the next one.
    private static GrammarExpression Message(CallGrammar grammar, string channel, GrammarExpression text) => grammar.Sequence(
        Header(grammar, channel), text, grammar.Marker(HarmonyMarkers.End), grammar.Marker(HarmonyMarkers.Start), grammar.Text(NextMessage));
}
