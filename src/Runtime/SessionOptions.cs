namespace ModelGen;

/// <summary>How a session is set up.</summary>
public sealed record SessionOptions
{
    /// <summary>
    /// Most tokens that the session takes: from 1 to the context length that the model was compiled with. Null, the default, takes that
    /// length. A session that takes fewer tokens takes less memory for their keys and values.
    /// </summary>
    public int? ContextLength { get; init; }
}
