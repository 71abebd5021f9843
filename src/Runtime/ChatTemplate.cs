using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Answers;
using ModelGen.Templates;
using ModelGen.Tokenization;

namespace ModelGen;

/// <summary>
/// A model's way to write a conversation as one text, compiled from the Jinja template in its file. Safe for concurrent use.
/// </summary>
/// <remarks>It is the template of the file that the program was compiled with, also where another file is loaded.</remarks>
public sealed class ChatTemplate
{
    // Letters of all languages as they are.
    private static readonly JsonSerializerOptions PlainJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly CompiledTemplate _template;
    private readonly Tokenizer _tokenizer;

    internal ChatTemplate(CompiledTemplate template, Tokenizer tokenizer)
    {
        _template = template;
        _tokenizer = tokenizer;
    }

    /// <summary>Its name; "default" for the one that the model does not name.</summary>
    public string Name => _template.Name;

    /// <summary>How the model writes calls of tools (<see cref="ChatPrompt.CreateReader"/>).</summary>
    public ToolCallForm ToolCallForm => _template.ToolCalls;

    /// <summary>How the model marks what it thinks before it answers.</summary>
    public ReasoningForm ReasoningForm => _template.Reasoning;

    /// <summary>Writes a conversation as the model was trained to read it.</summary>
    /// <param name="messages">The messages so far.</param>
    /// <param name="tools">Tools that the model may call; null for none.</param>
    /// <param name="addGenerationPrompt">Whether the text ends with what starts the model's answer.</param>
    /// <returns>The text. It holds special tokens such as "&lt;|im_end|&gt;" as text, and what users wrote beside them: encode with
    /// <see cref="EncodeToIds"/>, which tells the two apart.</returns>
    /// <exception cref="ChatTemplateException">The template refuses the conversation.</exception>
    public string Render(IEnumerable<ChatMessage> messages, IEnumerable<ChatTool>? tools = null, bool addGenerationPrompt = true) =>
        Render(messages, new ChatTemplateOptions { Tools = [.. tools ?? []], AddGenerationPrompt = addGenerationPrompt });

    /// <param name="messages">The messages so far.</param>
    /// <param name="options">How to render them.</param>
    /// <inheritdoc cref="Render(IEnumerable{ChatMessage}, IEnumerable{ChatTool}, bool)"/>
    public string Render(IEnumerable<ChatMessage> messages, ChatTemplateOptions options) => RenderText(messages, options).Text;

    /// <summary>The ids of a conversation, which a session can go on from.</summary>
    /// <remarks>
    /// Special tokens are read where the template wrote them. Text of messages, tools and variables is never read as a control token, so that
    /// no user can forge a turn. BOS goes in front where the model asks for it and the template has not written it.
    /// </remarks>
    /// <param name="messages">The messages so far.</param>
    /// <param name="options">How to render them; null for the defaults.</param>
    /// <param name="parseSpecialTokens">Reads the text of control tokens in messages as these tokens too. Leave it off for text that users
    /// write.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation.</exception>
    /// <exception cref="ModelGenException">The vocabulary has no way to write a character of the text.</exception>
    public IReadOnlyList<int> EncodeToIds(
        IEnumerable<ChatMessage> messages, ChatTemplateOptions? options = null, bool parseSpecialTokens = false) =>
        Encode(RenderText(messages, options ?? new ChatTemplateOptions()), parseSpecialTokens);

    /// <summary>
    /// A conversation as a prompt, whose answer can be told apart into text, reasoning and calls of the tools in
    /// <see cref="ChatTemplateOptions.Tools"/>, and be kept to what is wanted of it.
    /// </summary>
    /// <inheritdoc cref="EncodeToIds" path="/param"/>
    /// <inheritdoc cref="EncodeToIds" path="/exception"/>
    /// <exception cref="ArgumentException">A tool has no name, or its parameters are no JSON object.</exception>
    public ChatPrompt CreatePrompt(IEnumerable<ChatMessage> messages, ChatTemplateOptions? options = null, bool parseSpecialTokens = false)
    {
        options ??= new ChatTemplateOptions();
        TemplateText text = RenderText(messages, options);
        return new ChatPrompt(
            Encode(text, parseSpecialTokens),
            AnswerSyntax.Of(ToolCallForm, ReasoningForm),
            _tokenizer,
            [.. options.Tools.Select(ToolSignature.Of)],
            text);
    }

    private List<int> Encode(TemplateText text, bool parseSpecialTokens)
    {
        ReadOnlySpan<Range> content = parseSpecialTokens ? [] : text.Content;

        // A user who writes "<s>" has not written BOS.
        bool hasBeginning = TextOf(_tokenizer.BeginningOfSequenceId) is { Length: > 0 } beginning
            && text.Text.StartsWith(beginning, StringComparison.Ordinal)
            && (content.IsEmpty || content[0].Start.Value >= beginning.Length);
        List<int> ids = [];
        _tokenizer.Encode(
            text.Text,
            content,
            TextEncoding.StartsText | TextEncoding.ParseSpecialTokens | (hasBeginning ? 0 : TextEncoding.AddBeginningOfSequence),
            IdSink.Keep(ids));
        return ids;
    }

    private TemplateText RenderText(IEnumerable<ChatMessage> messages, ChatTemplateOptions options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(options);
        JsonObject variables = options.Variables is null ? [] : (JsonObject)options.Variables.DeepClone();
        bool hasArgumentsAsText = ToolCallSyntax.Of(ToolCallForm)?.HasArgumentsAsText ?? false;
        variables["messages"] = new JsonArray(
            [.. messages.Select(message => hasArgumentsAsText ? WithArgumentsAsText(message.ToJson()) : message.ToJson())]);
        variables["tools"] = options.Tools.Count == 0 ? null : new JsonArray([.. options.Tools.Select(tool => tool.ToJson())]);
        variables["add_generation_prompt"] = options.AddGenerationPrompt;
        variables["bos_token"] = TextOf(_tokenizer.BeginningOfSequenceId) ?? "";
        variables["eos_token"] = TextOf(_tokenizer.EndOfSequenceId) ?? "";
        return _template.RenderText(variables, options.Now ?? DateTime.Now);
    }

    private static JsonObject WithArgumentsAsText(JsonObject message)
    {
        foreach (JsonNode? call in message["tool_calls"] as JsonArray ?? [])
        {
            if (call?["function"] is JsonObject function && function["arguments"] is JsonObject arguments)
            {
                function["arguments"] = arguments.ToJsonString(PlainJson);
            }
        }

        return message;
    }

    private string? TextOf(int? id) => id is int token ? _tokenizer.Decode([token], includeSpecialTokens: true) : null;
}
