namespace ModelGen;

/// <summary>
/// An answer that was to be a value ended before its text was complete: it had <see cref="GenerationOptions.MaxTokens"/> tokens, the context was full, or
/// a stop sequence came.
/// </summary>
public sealed class IncompleteOutputException : ModelGenException
{
    internal IncompleteOutputException(string text)
        : base($"The answer ended after {text.Length} characters, before its JSON was complete: "
            + "raise MaxTokens, make room in the session's context, or do without stop sequences.")
    {
        Text = text;
    }

    /// <summary>The text so far.</summary>
    public string Text { get; }
}
