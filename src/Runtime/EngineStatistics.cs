namespace ModelGen;

/// <summary>What an engine is doing, as of one moment.</summary>
/// <param name="Running">Requests whose prompts are being read or whose answers are being generated.</param>
/// <param name="Waiting">Requests that wait for their turn.</param>
/// <param name="UsedBytes">Bytes of keys, values and states that are in use.</param>
/// <param name="MemoryLimit">The most that they may be.</param>
public sealed record EngineStatistics(int Running, int Waiting, long UsedBytes, long MemoryLimit);
