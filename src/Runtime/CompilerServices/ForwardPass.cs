using System;
using System.ComponentModel;
using System.Threading;

namespace ModelGen.CompilerServices;

/// <summary>
/// The forward pass of one compiled model with one session's key/value buffers. Emitted code derives from it; programs use
/// <see cref="Session"/>, which checks every precondition named here; nobody else can call it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ForwardPass : IDisposable
{
    private bool _disposed;

    /// <summary>Tokens that the key/value buffers hold.</summary>
    public abstract int ContextLength { get; }

    /// <summary>Length of the logits: rows of the output head.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>
    /// Evaluates <paramref name="tokens"/> at <paramref name="position"/>, position + 1, … and returns the logits after the last one.
    /// </summary>
    /// <param name="tokens">At least one id, each in 0..VocabularySize − 1; position + their number is at most ContextLength.</param>
    /// <param name="position">Position of the first token; the buffers hold everything before it.</param>
    /// <param name="cancellationToken">Looked at between steps. After a cancelled call the buffers at and past
    /// <paramref name="position"/> are undefined.</param>
    /// <returns>Logits [VocabularySize] in managed memory, which the next call overwrites.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    protected internal abstract ReadOnlySpan<float> Evaluate(scoped ReadOnlySpan<int> tokens, int position, CancellationToken cancellationToken);

    /// <summary>Frees the buffers. No call may be under way.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Dispose(disposing: true);
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>Frees the buffers; called once.</summary>
    /// <param name="disposing">False when called by a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
