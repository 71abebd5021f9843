namespace ModelGen;

/// <summary>A part of an answer (<see cref="ChatAnswerReader"/>).</summary>
public readonly record struct ChatAnswerPart
{
    private readonly string? _text;

    internal ChatAnswerPart(ChatAnswerPartKind kind, string text)
    {
        Kind = kind;
        _text = text;
    }

    internal ChatAnswerPart(ChatToolCall toolCall)
    {
        Kind = ChatAnswerPartKind.ToolCall;
        ToolCall = toolCall;
    }

    /// <summary>What it is.</summary>
    public ChatAnswerPartKind Kind { get; }

    /// <summary>The piece of text or of reasoning, never empty; empty for a call.</summary>
    public string Text => _text ?? "";

    /// <summary>The call; null for text and reasoning.</summary>
    public ChatToolCall? ToolCall { get; }
}
