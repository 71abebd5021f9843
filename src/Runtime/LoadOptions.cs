using System;

namespace ModelGen;

/// <summary>How a model is loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>
    /// Threads that work on a step of the forward pass, the calling one included. 0, the default, takes the processors that the process
    /// may use (a container's CPU quota counts).
    /// </summary>
    public int ThreadCount { get; init; }

    /// <summary>
    /// Reads all weights once and compares them with their checksum. Off by default: loading then costs milliseconds whatever the size,
    /// because pages of the file are read when they are first used.
    /// </summary>
    public bool VerifyWeights { get; init; }

    /// <summary>
    /// What <see cref="CompiledEncoder.EmbedQuery"/> puts before a text, such as "query: "; models say in their description which they were
    /// trained with. null: nothing. Of an encoder; others do not look at it.
    /// </summary>
    public string? QueryPrefix { get; init; }

    /// <summary>The same of <see cref="CompiledEncoder.EmbedDocuments"/>, such as "passage: ".</summary>
    public string? DocumentPrefix { get; init; }

    internal int EffectiveThreadCount => ThreadCount switch
    {
        0 => Environment.ProcessorCount,
        > 0 and <= 1024 => ThreadCount,
        _ => throw new ArgumentOutOfRangeException(nameof(ThreadCount), ThreadCount, "ThreadCount must be from 1 to 1024, or 0 for all processors."),
    };
}
