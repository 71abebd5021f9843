namespace ModelGen;

/// <summary>How <see cref="Session.Chat"/> renders a conversation and generates the answer.</summary>
public sealed record ChatOptions
{
    /// <summary>How the answer is generated.</summary>
    public GenerationOptions Generation { get; init; } = new();

    /// <summary>How the conversation is rendered.</summary>
    public ChatTemplateOptions Rendering { get; init; } = new();

    /// <summary>One of the model's templates, such as the one for tools; null for <see cref="CompiledDecoder.ChatTemplate"/>.</summary>
    public ChatTemplate? Template { get; init; }

    /// <summary>
    /// Reads the text of control tokens in messages, tools and variables as these tokens. Leave it off for text that users write: with it
    /// they could forge a turn of the conversation.
    /// </summary>
    public bool ParseSpecialTokensInContent { get; init; }
}
