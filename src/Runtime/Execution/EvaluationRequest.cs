using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace ModelGen.Execution;

/// <summary>A sequence's call: tokens that are to be evaluated. Each sequence has one, which its calls use again.</summary>
internal sealed class EvaluationRequest(PagedSequence sequence)
{
    [SuppressMessage("Reliability", "CA2213", Justification = "Its wait handle is never made: there is nothing to dispose.")]
    private readonly SemaphoreSlim _signal = new(0);

    private ExceptionDispatchInfo? _failure;

    /// <summary>The sequence that waits.</summary>
    public PagedSequence Sequence => sequence;

    /// <summary>Ids by position.</summary>
    public int[] Text { get; private set; } = [];

    /// <summary>Position of the next token that is not evaluated yet.</summary>
    public int Position { get; private set; }

    /// <summary>Position behind the last token.</summary>
    public int End { get; private set; }

    /// <summary>Position of the first token whose logits are wanted; those of all behind it are too.</summary>
    public int FirstLogit { get; private set; }

    /// <summary>Where logits are written.</summary>
    public LogitRows Logits { get; private set; } = null!;

    /// <summary>Ends the call between two batches, or between two steps of a batch that has no other sequence's rows.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>Tokens that the batch at hand has of it.</summary>
    public int RowsInBatch { get; set; }

    /// <summary>Whether it is done, for better or worse; guarded by the executor.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether its thread is to execute batches; guarded by the executor.</summary>
    public bool Leads { get; set; }

    /// <summary>Sets the call up.</summary>
    public void Set(int[] text, int position, int end, int firstLogit, LogitRows logits, CancellationToken cancellationToken)
    {
        Text = text;
        Position = position;
        End = end;
        FirstLogit = firstLogit;
        Logits = logits;
        CancellationToken = cancellationToken;
        RowsInBatch = 0;
        IsDone = false;
        Leads = false;
        _failure = null;
    }

    /// <summary>The tokens that the batch had are evaluated.</summary>
    public void Advance()
    {
        Position += RowsInBatch;
        sequence.Advance(Position);
        RowsInBatch = 0;
        IsDone = Position == End;
    }

    /// <summary>The call ends with an exception.</summary>
    public void Fail(Exception error)
    {
        RowsInBatch = 0;
        _failure = ExceptionDispatchInfo.Capture(error);
        IsDone = true;
    }

    /// <summary>Waits for a signal.</summary>
    /// <param name="milliseconds">Longest wait; -1: none.</param>
    public void Wait(int milliseconds) => _signal.Wait(milliseconds);

    /// <summary>Wakes the thread that waits: the call is done, or it is to lead.</summary>
    public void Signal() => _signal.Release();

    /// <summary>Throws what the call ended with.</summary>
    public void ThrowIfFailed() => _failure?.Throw();
}
