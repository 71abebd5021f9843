using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using ModelGen.Sampling;
using CallOptions = Microsoft.Extensions.AI.ChatOptions;
using Message = Microsoft.Extensions.AI.ChatMessage;

namespace ModelGen.Extensions.AI;

/// <summary>A call of the client in the runtime's own terms.</summary>
internal sealed record ChatRequest
{
    // Schemas that are made of types say nothing about further properties and mean that there are none; JSON Schema allows them then.
    private static readonly AIJsonSchemaTransformCache Schemas = new(new AIJsonSchemaTransformOptions { DisallowAdditionalProperties = true });

    public required ChatTemplate Template { get; init; }

    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    public required ChatTemplateOptions Rendering { get; init; }

    public required bool ParseSpecialTokensInContent { get; init; }

    public required GenerationOptions Generation { get; init; }

    public required ChatAnswerOptions Answer { get; init; }

    /// <summary>Whether the caller wants what the model thinks.</summary>
    public required bool GivesReasoning { get; init; }

    /// <summary>Reads a call.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">The call's options.</param>
    /// <param name="own">What counts where they do not say.</param>
    /// <param name="template">The template.</param>
    /// <exception cref="ArgumentException">The options ask for a conversation that the client keeps.</exception>
    /// <exception cref="NotSupportedException">A message or a tool is of a kind that the model cannot read.</exception>
    public static ChatRequest Create(IEnumerable<Message> messages, CallOptions? options, ChatOptions own, ChatTemplate template)
    {
        options ??= new CallOptions();
        if (options.ConversationId is not null)
        {
            throw new ArgumentException(
                "The client keeps no conversations; leave ConversationId null and give all messages with each call.", nameof(options));
        }

        return new ChatRequest
        {
            Template = template,
            Messages = MessageReader.Read(messages, options.Instructions, template.ToolCallForm),
            Rendering = own.Rendering with
            {
                Tools = [.. own.Rendering.Tools, .. (options.Tools ?? []).Select(ReadTool)],
                Variables = VariablesOf(own.Rendering.Variables, options.Reasoning),
            },
            ParseSpecialTokensInContent = own.ParseSpecialTokensInContent,
            Generation = ReadGeneration(options, own.Generation),
            Answer = new ChatAnswerOptions
            {
                ToolChoice = options.ToolMode switch
                {
                    NoneChatToolMode => ToolChoice.None,
                    RequiredChatToolMode { RequiredFunctionName: string name } => ToolChoice.Of(name),
                    RequiredChatToolMode => ToolChoice.Required,
                    _ => ToolChoice.Auto,
                },
                AllowSeveralCalls = options.AllowMultipleToolCalls ?? true,
                JsonSchema = options.ResponseFormat is ChatResponseFormatJson json
                    ? Schemas.GetOrCreateTransformedSchema(json)?.GetRawText() ?? """{"type": "object"}"""
                    : null,
                AllowReasoning = options.Reasoning?.Effort != ReasoningEffort.None,
            },
            GivesReasoning = options.Reasoning?.Output != ReasoningOutput.None,
        };
    }

    private static GenerationOptions ReadGeneration(CallOptions options, GenerationOptions own)
    {
        PenaltyOptions? penalties = own.Penalties;
        if (options.FrequencyPenalty is not null || options.PresencePenalty is not null)
        {
            penalties ??= new PenaltyOptions();
            penalties = penalties with
            {
                Frequency = options.FrequencyPenalty ?? penalties.Frequency,
                Presence = options.PresencePenalty ?? penalties.Presence,
            };
        }

        return own with
        {
            MaxTokens = options.MaxOutputTokens ?? own.MaxTokens,
            Temperature = options.Temperature ?? own.Temperature,
            TopK = options.TopK ?? own.TopK,
            TopP = options.TopP ?? own.TopP,
            Penalties = penalties,
            Seed = options.Seed is long seed ? unchecked((ulong)seed) : own.Seed,
            StopSequences = [.. own.StopSequences, .. options.StopSequences ?? []],

            // Updates have a place for neither; without them what a mask leaves no choice about takes no steps.
            LogProbabilities = false,
            Alternatives = 0,
            Echo = false,
        };
    }

    private static ChatTool ReadTool(AITool tool) => tool is AIFunctionDeclaration function
        ? new ChatTool(
            function.Name,
            function.Description,
            JsonNode.Parse(function.JsonSchema.GetRawText()) as JsonObject
                ?? throw new ArgumentException($"The parameters of the function '{function.Name}' are no JSON object; give a JSON Schema."))
        : throw new NotSupportedException(
            $"The tool '{tool.Name}' is a {tool.GetType().Name}, which the model's host would have to run; give functions (AIFunction).");

    // The names that templates have for it.
    private static JsonObject? VariablesOf(JsonObject? own, ReasoningOptions? reasoning)
    {
        if (reasoning?.Effort is not ReasoningEffort effort)
        {
            return own;
        }

        JsonObject variables = own is null ? [] : (JsonObject)own.DeepClone();
        bool thinks = effort != ReasoningEffort.None;
        variables["enable_thinking"] = thinks;
        variables["thinking"] = thinks;
        variables["reasoning_effort"] = effort switch
        {
            ReasoningEffort.None or ReasoningEffort.Low => "low",
            ReasoningEffort.Medium => "medium",
            _ => "high",
        };
        return variables;
    }
}
