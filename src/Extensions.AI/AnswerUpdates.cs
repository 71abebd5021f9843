using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace ModelGen.Extensions.AI;

/// <summary>Turns the tokens of one answer into updates.</summary>
/// <param name="reader">Tells text, reasoning and calls apart.</param>
/// <param name="givesReasoning">Whether the caller wants the reasoning.</param>
/// <param name="modelId">The model's name.</param>
internal sealed class AnswerUpdates(ChatAnswerReader reader, bool givesReasoning, string? modelId)
{
    // As long as Mistral's templates ask for; others take any.
    private const int IdLength = 9;
    private const string IdCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly string _id = Guid.NewGuid().ToString("N");
    private bool _hasCalls;
    private int _reasoningTokens;

    /// <summary>Takes in a token.</summary>
    public void Append(GeneratedToken token)
    {
        bool isReasoning = reader.IsReasoning;
        reader.Append(token);
        _reasoningTokens += isReasoning || reader.IsReasoning ? 1 : 0;
    }

    /// <summary>No more tokens come.</summary>
    public void Complete() => reader.Complete();

    /// <summary>The next update.</summary>
    public bool TryTake([NotNullWhen(true)] out ChatResponseUpdate? update)
    {
        while (reader.TryTake(out ChatAnswerPart part))
        {
            switch (part.Kind)
            {
                case ChatAnswerPartKind.Text:
                    update = Create(new TextContent(part.Text));
                    return true;
                case ChatAnswerPartKind.ToolCall:
                    _hasCalls = true;
                    update = Create(ReadCall(part.ToolCall!));
                    return true;
                case ChatAnswerPartKind.Reasoning when givesReasoning:
                    update = Create(new TextReasoningContent(part.Text));
                    return true;
            }
        }

        update = null;
        return false;
    }

    /// <summary>The last update: how it ended, and what it took.</summary>
    public ChatResponseUpdate End(GenerationEnd end)
    {
        ChatResponseUpdate update = Create(new UsageContent(new UsageDetails
        {
            InputTokenCount = end.PromptTokens,
            CachedInputTokenCount = end.CachedTokens,
            OutputTokenCount = end.GeneratedTokens,
            ReasoningTokenCount = _reasoningTokens,
            TotalTokenCount = end.PromptTokens + end.GeneratedTokens,
        }));
        update.FinishReason = end.Reason is GenerationEndReason.TokenLimit or GenerationEndReason.ContextFull ? ChatFinishReason.Length
            : _hasCalls ? ChatFinishReason.ToolCalls
            : ChatFinishReason.Stop;
        return update;
    }

    private ChatResponseUpdate Create(AIContent content) => new(ChatRole.Assistant, [content])
    {
        ResponseId = _id,
        MessageId = _id,
        ModelId = modelId,
        CreatedAt = DateTimeOffset.UtcNow,
    };

    private static FunctionCallContent ReadCall(ChatToolCall call)
    {
        Dictionary<string, object?> arguments = new(StringComparer.Ordinal);
        foreach ((string name, JsonNode? value) in call.Arguments)
        {
            arguments[name] = value is null ? null : Parse(value);
        }

        return new FunctionCallContent(call.Id ?? RandomNumberGenerator.GetString(IdCharacters, IdLength), call.Name, arguments);
    }

    private static JsonElement Parse(JsonNode value)
    {
        using JsonDocument document = JsonDocument.Parse(value.ToJsonString());
        return document.RootElement.Clone();
    }
}
