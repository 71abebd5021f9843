using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using ModelGen.Answers;
using ModelGen.Grammars.Compilation;
using ModelGen.Templates;

namespace ModelGen;

/// <summary>
/// A conversation as its template wrote it (<see cref="ChatTemplate.CreatePrompt"/>), with what is known of the answer: how the model writes calls
/// of tools and marks what it thinks.
/// </summary>
public sealed class ChatPrompt
{
    private readonly AnswerSyntax _syntax;
    private readonly Tokenizer _tokenizer;
    private readonly ToolSignature[] _tools;
    private readonly PromptEnding _ending;

    internal ChatPrompt(IReadOnlyList<int> ids, AnswerSyntax syntax, Tokenizer tokenizer, ToolSignature[] tools, TemplateText text)
    {
        Ids = ids;
        _syntax = syntax;
        _tokenizer = tokenizer;
        _tools = tools;
        _ending = syntax.EndingOf(text);
    }

    /// <summary>Ids of the conversation, which a session goes on from.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>Whether the template has begun the model's reasoning: the answer's first token belongs to it.</summary>
    public bool StartsInReasoning => _ending == PromptEnding.InReasoning;

    /// <summary>Whether the template has written an empty reasoning: the model answers at once.</summary>
    public bool EndsBehindReasoning => _ending == PromptEnding.BehindReasoning;

    /// <summary>A reader of one answer.</summary>
    /// <param name="options">What the answer may be; null for the defaults. Without tools, and where none may be called, what looks like a call
    /// is text.</param>
    public ChatAnswerReader CreateReader(ChatAnswerOptions? options = null) =>
        new(_syntax.CreateParser(_tools.Length > 0 && (options ?? new ChatAnswerOptions()).ToolChoice.MayCall, _ending), _tokenizer);

    /// <summary>
    /// The grammar of the answer, for <see cref="GenerationOptions.Grammar"/>: calls are well-formed, of tools that there are, with arguments that
    /// fulfil their parameters' schema. An object of arguments has the parameters that its schema names and no others, unless the schema says
    /// otherwise.
    /// </summary>
    /// <param name="options">What the answer may be; null for the defaults.</param>
    /// <returns>Null where the answer may be any text. It is of this model, and of this prompt's tools and end: keep it for conversations that have
    /// the same.</returns>
    /// <exception cref="ArgumentException">A call is asked for, and there is no such tool.</exception>
    /// <exception cref="GrammarException">A schema cannot be kept by a grammar.</exception>
    /// <exception cref="ModelGenException">There are tools, and how the model writes calls is not known.</exception>
    public Grammar? CreateGrammar(ChatAnswerOptions? options = null)
    {
        options ??= new ChatAnswerOptions();
        ToolSignature[] tools = ToolsFor(options.ToolChoice);
        ToolChoice choice = tools.Length == 0 ? ToolChoice.None : options.ToolChoice;
        if (tools.Length == 0 && _tools.Length == 0 && options is { JsonSchema: null, AllowReasoning: true })
        {
            return null;
        }

        CallGrammar grammar = new(_tokenizer, tools, options.AllowSeveralCalls && _syntax.Calls is { AllowsSeveral: true });
        using JsonDocument? schema = Parse(options.JsonSchema);
        return new Grammar(GrammarCompiler.Compile(grammar.Rules.Build(grammar.Rules.Add(
            "the answer", _syntax.Answer(grammar, choice, schema?.RootElement, options.AllowReasoning, _ending)))));
    }

    private ToolSignature[] ToolsFor(ToolChoice choice)
    {
        if (!choice.MayCall)
        {
            return [];
        }

        ToolSignature[] tools = choice.ToolName is null ? _tools : [.. _tools.Where(tool => tool.Name == choice.ToolName)];
        if (choice.MustCall && tools.Length == 0)
        {
            throw new ArgumentException(
                choice.ToolName is null
                    ? "A call of a tool is required, and the prompt was rendered without tools; give them in ChatTemplateOptions.Tools."
                    : $"A call of the tool '{choice.ToolName}' is required, and the prompt was rendered with: "
                    + $"{(_tools.Length == 0 ? "none" : string.Join(", ", _tools.Select(tool => tool.Name)))}.",
                nameof(choice));
        }

        return tools.Length == 0 || _syntax.Calls is not null ? tools : throw new ModelGenException(
            "The model's chat template writes calls of tools in no form that is known, so that its answers cannot be read for calls; leave the tools "
            + "away, or give the project a template that writes calls in a form of docs/chat-clients.md.");
    }

    private static JsonDocument? Parse(string? schema)
    {
        try
        {
            return schema is null ? null : JsonDocument.Parse(schema);
        }
        catch (JsonException error)
        {
            throw new GrammarException($"The schema of the answer is not JSON: {error.Message}", error);
        }
    }
}
