namespace ModelGen;

/// <summary>What an engine is doing, as of one moment.</summary>
/// <param name="Running">Requests whose prompts are being read or whose answers are being generated.</param>
/// <param name="Waiting">Requests that wait for their turn.</param>
/// <param name="UsedBytes">Bytes of keys, values and states that are in use, by requests or as what is kept of texts.</param>
/// <param name="CachedBytes">Bytes of what is kept of texts for others that begin alike; running requests may share some of them.</param>
/// <param name="Preemptions">How often a request has had to give its memory back and wait again.</param>
/// <param name="MemoryLimit">The most that they may be.</param>
public sealed record EngineStatistics(
    int Running, int Waiting, long UsedBytes, long CachedBytes, long Preemptions, long MemoryLimit);
