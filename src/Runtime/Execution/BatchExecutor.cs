using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using ModelGen.CompilerServices;

namespace ModelGen.Execution;

/// <summary>
/// Evaluates what the sessions of a model ask for, in batches: rows of all sequences that wait go through the weights together. There is no
/// thread for it. A call that finds nobody executing leads: it forms batches of its own tokens and of those that have come in meanwhile,
/// until its own are done; then the next call that waits leads.
/// </summary>
/// <remarks>
/// What a sequence gets does not depend on who is in its batches. A batch takes calls of one token first, because their sessions wait for
/// each of them, and fills up with prompts.
/// </remarks>
internal sealed unsafe class BatchExecutor : IDisposable
{
    // Sessions that generate come back with their next token at once, in the time in which it is sampled. Waiting for them is worth a fraction
    // of what a batch takes, and no more than this.
    private const int GatherFraction = 8;
    private static readonly long MostGatherTicks = Stopwatch.Frequency / 500;

    // How long a call that could be cancelled sleeps before it looks.
    private const int CancellationMilliseconds = 5;

    private readonly Lock _gate = new();
    private readonly ForwardPass _forwardPass;
    private readonly Row[] _rows;

    // In the order in which they came in. Guarded by the gate, as all below it.
    private readonly List<EvaluationRequest> _waiting = [];
    private readonly List<EvaluationRequest> _batch = [];
    private bool _hasLeader;
    private volatile int _waitingCount;

    // Sequences of the last batch and of the one before, and how long the last one took.
    private int _lastSequences;
    private int _previousSequences;
    private long _lastTicks;

    /// <param name="forwardPass">The model's; taken over.</param>
    public BatchExecutor(ForwardPass forwardPass)
    {
        _forwardPass = forwardPass;
        _rows = GC.AllocateArray<Row>(forwardPass.MaxRows, pinned: true);
        LogitRows = forwardPass.LogitRows;
        LogitStride = forwardPass.LogitStride;
    }

    /// <summary>Held by whoever has the model's threads: a batch, or what reads a source text.</summary>
    public Lock Turn { get; } = new();

    /// <summary>Rows of one sequence that may want logits in one batch.</summary>
    public int LogitRows { get; }

    /// <summary>Floats of a row of logits.</summary>
    public int LogitStride { get; }

    /// <summary>Evaluates what a call asks for, with whatever else waits, and returns when it is done.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public void Evaluate(EvaluationRequest request)
    {
        bool leads;
        lock (_gate)
        {
            _waiting.Add(request);
            _waitingCount = _waiting.Count;
            leads = !_hasLeader;
            _hasLeader = true;
        }

        if (leads || WaitForTurn(request))
        {
            Lead(request);
        }

        request.ThrowIfFailed();
    }

    /// <summary>Frees the scratch memory. No call may be under way.</summary>
    public void Dispose() => _forwardPass.Dispose();

    /// <summary>Waits until the call is done, or is the next to lead; true where it leads.</summary>
    private bool WaitForTurn(EvaluationRequest request)
    {
        int milliseconds = request.CancellationToken.CanBeCanceled ? CancellationMilliseconds : Timeout.Infinite;
        while (true)
        {
            request.Wait(milliseconds);
            lock (_gate)
            {
                if (request.IsDone || request.Leads)
                {
                    return request.Leads;
                }

                if (request.RowsInBatch == 0 && request.CancellationToken.IsCancellationRequested)
                {
                    request.Fail(new OperationCanceledException(request.CancellationToken));
                    _waiting.Remove(request);
                    _waitingCount = _waiting.Count;
                    return false;
                }
            }
        }
    }

    private void Lead(EvaluationRequest own)
    {
        while (true)
        {
            Gather();
            int count;
            lock (_gate)
            {
                count = FormBatch(own);
            }

            Exception? failure = count > 0 ? Execute(count) : null;
            lock (_gate)
            {
                Settle(own, failure);
                if (own.IsDone)
                {
                    HandOver();
                    return;
                }
            }
        }
    }

    /// <summary>Gives sessions that were in the last batches the time to come back with their next token.</summary>
    private void Gather()
    {
        int expected = int.Max(_lastSequences, _previousSequences);
        if (expected <= 1 || _waitingCount >= expected)
        {
            return;
        }

        long end = Stopwatch.GetTimestamp() + long.Min(_lastTicks / GatherFraction, MostGatherTicks);
        while (_waitingCount < expected && Stopwatch.GetTimestamp() < end)
        {
            Thread.Yield();
        }
    }

    /// <summary>Takes rows of those that wait: of calls of one token first. Calls that cannot go on are ended here.</summary>
    private int FormBatch(EvaluationRequest own)
    {
        int count = AddToBatch(0, own, ofOneToken: true);
        return AddToBatch(count, own, ofOneToken: false);
    }

    private int AddToBatch(int count, EvaluationRequest own, bool ofOneToken)
    {
        for (int i = 0; i < _waiting.Count && count < _rows.Length; i++)
        {
            EvaluationRequest request = _waiting[i];
            if (request.End - request.Position == 1 != ofOneToken)
            {
                continue;
            }

            int rows = int.Min(request.End - request.Position, _rows.Length - count);
            try
            {
                request.CancellationToken.ThrowIfCancellationRequested();
                rows = request.Sequence.PrepareToWrite(request.Position, rows);
            }
            catch (Exception error) when (error is OperationCanceledException or ModelGenException)
            {
                request.Fail(error);
                Release(request, own);
                i--;
                continue;
            }

            request.RowsInBatch = rows;
            _batch.Add(request);
            for (int row = 0; row < rows; row++)
            {
                int position = request.Position + row;
                _rows[count++] = new Row
                {
                    Token = request.Text[position],
                    Position = position,
                    TextLength = request.Sequence.SourceLength,
                    Pages = request.Sequence.Table,
                    Logits = position < request.FirstLogit
                        ? null
                        : request.Logits.Address + (position - request.FirstLogit) * (long)request.Logits.Stride,
                    Strips = request.Logits.Strips,
                };
            }
        }

        return count;
    }

    /// <summary>Evaluates the batch.</summary>
    /// <returns>What it ended with; null: it is done.</returns>
    private Exception? Execute(int count)
    {
        // What one session cancels must not end what others wait for.
        CancellationToken cancellationToken = _batch.Count == 1 ? _batch[0].CancellationToken : CancellationToken.None;
        long start = Stopwatch.GetTimestamp();
        Exception? failure = null;
        try
        {
            lock (Turn)
            {
                fixed (Row* rows = _rows)
                {
                    _forwardPass.Evaluate(rows, count, cancellationToken);
                }
            }
        }
        catch (Exception error)
        {
            // Each of the calls throws it.
            failure = error;
        }

        _previousSequences = _lastSequences;
        _lastSequences = _batch.Count;
        _lastTicks = Stopwatch.GetTimestamp() - start;
        return failure;
    }

    /// <summary>Lets those calls of the batch go that are done.</summary>
    private void Settle(EvaluationRequest own, Exception? failure)
    {
        foreach (EvaluationRequest request in _batch)
        {
            if (failure is null)
            {
                request.Advance();
            }
            else
            {
                request.Fail(failure);
            }

            if (request.IsDone)
            {
                Release(request, own);
            }
        }

        // Held between batches, they would keep sessions alive that their owners have dropped.
        _batch.Clear();
    }

    private void Release(EvaluationRequest request, EvaluationRequest own)
    {
        _waiting.Remove(request);
        _waitingCount = _waiting.Count;
        if (request != own)
        {
            request.Signal();
        }
    }

    /// <summary>The call that has waited longest leads from here on.</summary>
    private void HandOver()
    {
        _hasLeader = _waiting.Count > 0;
        if (_hasLeader)
        {
            _waiting[0].Leads = true;
            _waiting[0].Signal();
        }
    }
}
