using System.Text.Json;
using ModelGen.Grammars;
using ModelGen.Templates;

namespace ModelGen.Answers;

/// <summary>How a model answers: text, reasoning and calls beside each other.</summary>
internal abstract class AnswerSyntax
{
    /// <summary>How it writes calls; null where that is not known.</summary>
    public abstract ToolCallSyntax? Calls { get; }

    /// <summary>The syntax of two forms.</summary>
    public static AnswerSyntax Of(ToolCallForm toolCalls, ReasoningForm reasoning) => reasoning == ReasoningForm.Harmony
        ? new HarmonyAnswerSyntax(ToolCallSyntax.Of(toolCalls))
        : new MarkedAnswerSyntax(ToolCallSyntax.Of(toolCalls), ReasoningMarkers.Of(reasoning));

    /// <summary>What a prompt ends with.</summary>
    public abstract PromptEnding EndingOf(TemplateText prompt);

    /// <summary>A reader of an answer.</summary>
    /// <param name="readsCalls">Whether calls are read; else they are text.</param>
    /// <param name="ending">What the prompt ends with.</param>
    public abstract AnswerParser CreateParser(bool readsCalls, PromptEnding ending);

    /// <summary>The texts of an answer.</summary>
    /// <param name="grammar">Writes it.</param>
    /// <param name="choice">Which calls may be in it.</param>
    /// <param name="schema">The schema of its text; null for any text.</param>
    /// <param name="allowsReasoning">Whether the model may think.</param>
    /// <param name="ending">What the prompt ends with.</param>
    public abstract GrammarExpression Answer(
        CallGrammar grammar, ToolChoice choice, JsonElement? schema, bool allowsReasoning, PromptEnding ending);

    /// <summary>The texts of what is neither reasoning nor call.</summary>
    protected static GrammarExpression? SchemaOf(CallGrammar grammar, JsonElement? schema) =>
        schema is JsonElement element ? grammar.Schema(element, "the schema of the answer") : null;
}
