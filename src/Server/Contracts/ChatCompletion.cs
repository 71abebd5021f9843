using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace ModelGen.Server.Contracts;

/// <summary>The answers to a conversation.</summary>
internal sealed class ChatCompletion
{
    public required string Id { get; init; }

    public string Object => "chat.completion";

    public required long Created { get; init; }

    public required string Model { get; init; }

    public required string SystemFingerprint { get; init; }

    public required IReadOnlyList<ChatCompletionChoice> Choices { get; init; }

    public required Usage Usage { get; init; }
}

/// <summary>One of the answers.</summary>
internal sealed class ChatCompletionChoice
{
    public required int Index { get; init; }

    public required ChatDelta Message { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ChatLogprobs? Logprobs { get; init; }

    public required string FinishReason { get; init; }
}

/// <summary>A piece of the answers to a conversation.</summary>
internal sealed class ChatChunk
{
    public required string Id { get; init; }

    public string Object => "chat.completion.chunk";

    public required long Created { get; init; }

    public required string Model { get; init; }

    public required string SystemFingerprint { get; init; }

    public required IReadOnlyList<ChatChunkChoice> Choices { get; init; }

    public Usage? Usage { get; init; }
}

/// <summary>A piece of one of the answers.</summary>
internal sealed class ChatChunkChoice
{
    public required int Index { get; init; }

    public required ChatDelta Delta { get; init; }

    public ChatLogprobs? Logprobs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FinishReason { get; init; }
}

/// <summary>A message, or a piece of one.</summary>
internal sealed class ChatDelta
{
    public string? Role { get; init; }

    public string? Content { get; init; }

    public string? ReasoningContent { get; init; }

    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }
}

/// <summary>A call of a function.</summary>
internal sealed class ToolCall
{
    /// <summary>Which call of the answer it is, in a stream.</summary>
    public int? Index { get; init; }

    public required string Id { get; init; }

    public string Type => "function";

    public required FunctionCall Function { get; init; }
}

/// <summary>The function and what it is called with.</summary>
internal sealed class FunctionCall
{
    public required string Name { get; init; }

    /// <summary>A JSON object, as text.</summary>
    public required string Arguments { get; init; }
}

/// <summary>How likely the tokens of an answer's text were.</summary>
internal sealed class ChatLogprobs
{
    public required IReadOnlyList<TokenLogprob> Content { get; init; }
}

/// <summary>How likely a token was.</summary>
internal sealed class TokenLogprob
{
    public required string Token { get; init; }

    public required double Logprob { get; init; }

    /// <summary>Its bytes, which may be a part of a character.</summary>
    public required IReadOnlyList<int> Bytes { get; init; }

    /// <summary>The likeliest in its place; null within those.</summary>
    public IReadOnlyList<TokenLogprob>? TopLogprobs { get; init; }
}
