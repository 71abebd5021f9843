using System;

namespace ModelGen;

/// <summary>Whether an answer calls tools. Masks keep the model to it.</summary>
public sealed record ToolChoice
{
    private ToolChoice(bool mayCall, bool mustCall, string? toolName)
    {
        MayCall = mayCall;
        MustCall = mustCall;
        ToolName = toolName;
    }

    /// <summary>The model chooses: text, calls, or text with calls behind it.</summary>
    public static ToolChoice Auto { get; } = new(mayCall: true, mustCall: false, toolName: null);

    /// <summary>No calls.</summary>
    public static ToolChoice None { get; } = new(mayCall: false, mustCall: false, toolName: null);

    /// <summary>Calls and no text.</summary>
    public static ToolChoice Required { get; } = new(mayCall: true, mustCall: true, toolName: null);

    /// <summary>Whether the answer may call tools.</summary>
    public bool MayCall { get; }

    /// <summary>Whether the answer must call tools.</summary>
    public bool MustCall { get; }

    /// <summary>The only tool that may be called; null where all may.</summary>
    public string? ToolName { get; }

    /// <summary>Calls of one tool and no text.</summary>
    /// <param name="name">The tool's name.</param>
    public static ToolChoice Of(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new ToolChoice(mayCall: true, mustCall: true, name);
    }
}
