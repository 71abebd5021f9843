namespace ModelGen;

/// <summary>What a <see cref="ChatAnswerPart"/> is.</summary>
public enum ChatAnswerPartKind
{
    /// <summary>A piece of the answer's text.</summary>
    Text,

    /// <summary>A piece of what the model thinks before it answers.</summary>
    Reasoning,

    /// <summary>A call of a tool.</summary>
    ToolCall,
}
