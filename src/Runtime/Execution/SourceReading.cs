namespace ModelGen.Execution;

/// <summary>What reads source texts, and the token that answers start with.</summary>
internal sealed record SourceReading(SourceExecutor Executor, int StartToken);
