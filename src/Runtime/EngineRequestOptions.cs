namespace ModelGen;

/// <summary>How an engine treats one request.</summary>
public sealed record EngineRequestOptions
{
    /// <summary>
    /// Requests of a higher priority go first; those of one priority in the order in which they came. One that eight later ones have gone
    /// before is the next all the same. Default 0.
    /// </summary>
    public int Priority { get; init; }
}
