using System;
using System.Threading;
using System.Threading.Tasks;

namespace ModelGen.Generation;

/// <summary>One enumeration of a <see cref="GeneratedTokenStream"/>: tokens that somebody generates, on another thread.</summary>
internal abstract class TokenRun : IDisposable
{
    /// <summary>How it ended; null while tokens may come that <see cref="TryTake"/> has not given.</summary>
    public abstract GenerationEnd? End { get; }

    /// <summary>Takes a token that is there already.</summary>
    public abstract bool TryTake(out GeneratedToken token);

    /// <summary>Waits until there may be another token, or the end. Not after the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public abstract ValueTask WaitAsync(CancellationToken cancellationToken);

    /// <summary>Nobody takes tokens any more.</summary>
    public abstract void Dispose();
}
