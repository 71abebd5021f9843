namespace ModelGen;

/// <summary>
/// The tokens do not fit into what is left of a session's context. The session is as it was before the call: <see cref="Session.Rewind"/>
/// it, or go on in a new one.
/// </summary>
public sealed class ContextFullException : ModelGenException
{
    internal ContextFullException(int position, int count, int contextLength)
        : base($"The session holds {position} of {contextLength} tokens and {count} more do not fit: "
            + "shorten the text, rewind the session, or compile the model with a larger ContextLength.")
    {
        Position = position;
        Count = count;
        ContextLength = contextLength;
    }

    /// <summary>Tokens that the session holds.</summary>
    public int Position { get; }

    /// <summary>Tokens that were to be added.</summary>
    public int Count { get; }

    /// <summary>Tokens that the session can hold.</summary>
    public int ContextLength { get; }
}
