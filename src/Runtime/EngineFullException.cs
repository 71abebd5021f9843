namespace ModelGen;

/// <summary>As many requests wait already as may (<see cref="EngineOptions.QueueLimit"/>): try again later.</summary>
public sealed class EngineFullException : ModelGenException
{
    internal EngineFullException(int waiting)
        : base($"{waiting} requests wait already, as many as may; try again later, or raise the engine's QueueLimit.") => Waiting = waiting;

    /// <summary>Requests that waited.</summary>
    public int Waiting { get; }
}
