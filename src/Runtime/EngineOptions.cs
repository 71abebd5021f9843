using System;

namespace ModelGen;

/// <summary>How an engine shares a model out (<see cref="CompiledDecoder.CreateEngine"/>).</summary>
public sealed record EngineOptions
{
    /// <summary>Requests that are answered at the same time, at least 1; the others wait. Default 16.</summary>
    public int MaxConcurrency { get; init; } = 16;

    /// <summary>Requests that may wait, at least 0; a further one ends with an <see cref="EngineFullException"/>. Default 256.</summary>
    public int QueueLimit { get; init; } = 256;

    /// <summary>
    /// The most tokens of prompts that are read between two tokens of the answers that are being generated, at least 1: it is what the longest
    /// pause in an answer comes from, and prompts are read the faster the larger it is. Default 128.
    /// </summary>
    public int MaxPromptChunk { get; init; } = 128;

    /// <summary>
    /// The most bytes of keys, values and states of a fixed size, of all requests together and of what is kept of earlier ones. Null, the
    /// default, takes a full context for each of
    /// <see cref="MaxConcurrency"/> requests, but no more than a quarter of the memory that the process may use.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>
    /// Whether what is remembered of texts is kept for others that begin alike, as long as there is memory for it: such a request reads only
    /// what is new in its prompt (<see cref="GenerationEnd.CachedTokens"/>). Default true.
    /// </summary>
    public bool PrefixCache { get; init; } = true;

    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    internal void Validate()
    {
        Require(MaxConcurrency >= 1, MaxConcurrency, "MaxConcurrency is at least 1.");
        Require(QueueLimit >= 0, QueueLimit, "QueueLimit is at least 0; 0 lets no request wait.");
        Require(MaxPromptChunk >= 1, MaxPromptChunk, "MaxPromptChunk is at least 1.");
        Require(MemoryLimit is null or >= 1, MemoryLimit, "MemoryLimit is at least 1 byte, or null for the default.");
    }

    private static void Require(bool condition, object? value, string message)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException("options", value, message);
        }
    }
}
