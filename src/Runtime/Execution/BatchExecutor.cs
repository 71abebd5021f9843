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
/// What a sequence gets does not depend on who is in its batches. A batch takes requests of one token first, because their sessions wait
/// for each of them, and fills up with prompts.
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

    // Requests in the order in which they came in. Guarded by the gate, as all below it.
    private readonly List<EvaluationRequest> _waiting = [];
    private readonly List<EvaluationRequest> _batch = [];
    private bool _hasLeader;
    private volatile int _waitingCalls;

    // Which batch is at hand, how many calls the last one and the one before had rows of, and how long the last one took.
    private long _batchNumber;
    private int _lastCalls;
    private int _previousCalls;
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

    /// <summary>Rows of a batch at most.</summary>
    public int MaxRows => _rows.Length;

    /// <summary>Rows of one sequence that may want logits in one batch.</summary>
    public int LogitRows { get; }

    /// <summary>Floats of a row of logits.</summary>
    public int LogitStride { get; }

    /// <summary>Evaluates what a call asks for, with whatever else waits, and returns when all of it is done, for better or worse.</summary>
    public void Evaluate(EvaluationCall call)
    {
        bool leads;
        lock (_gate)
        {
            foreach (EvaluationRequest request in call.Requests)
            {
                _waiting.Add(request);
            }

            _waitingCalls++;
            leads = !_hasLeader;
            _hasLeader = true;
        }

        if (leads || WaitForTurn(call))
        {
            Lead(call);
        }
    }

    /// <summary>Frees the scratch memory. No call may be under way.</summary>
    public void Dispose() => _forwardPass.Dispose();

    /// <summary>Waits until the call is done, or is the next to lead; true where it leads.</summary>
    private bool WaitForTurn(EvaluationCall call)
    {
        int milliseconds = call.CancellationToken.CanBeCanceled ? CancellationMilliseconds : Timeout.Infinite;
        while (true)
        {
            call.Wait(milliseconds);
            lock (_gate)
            {
                if (call.IsDone || call.Leads)
                {
                    return call.Leads;
                }

                if (call.CancellationToken.IsCancellationRequested && !call.HasRowsInBatch())
                {
                    Cancel(call);
                    return false;
                }
            }
        }
    }

    private void Cancel(EvaluationCall call)
    {
        foreach (EvaluationRequest request in call.Requests)
        {
            if (!request.IsDone)
            {
                request.Fail(new OperationCanceledException(call.CancellationToken));
                Release(request, own: call);
            }
        }
    }

    private void Lead(EvaluationCall own)
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
        int expected = int.Max(_lastCalls, _previousCalls);
        if (expected <= 1 || _waitingCalls >= expected)
        {
            return;
        }

        long end = Stopwatch.GetTimestamp() + long.Min(_lastTicks / GatherFraction, MostGatherTicks);
        while (_waitingCalls < expected && Stopwatch.GetTimestamp() < end)
        {
            Thread.Yield();
        }
    }

    /// <summary>Takes rows of those that wait: of requests of one token first. Requests that cannot go on are ended here.</summary>
    private int FormBatch(EvaluationCall own)
    {
        int count = AddToBatch(0, own, ofOneToken: true);
        return AddToBatch(count, own, ofOneToken: false);
    }

    private int AddToBatch(int count, EvaluationCall own, bool ofOneToken)
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
                request.Call.CancellationToken.ThrowIfCancellationRequested();
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
        int calls = CountCalls();
        CancellationToken cancellationToken = calls == 1 ? _batch[0].Call.CancellationToken : CancellationToken.None;
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

        _previousCalls = _lastCalls;
        _lastCalls = calls;
        _lastTicks = Stopwatch.GetTimestamp() - start;
        return failure;
    }

    /// <summary>How many calls the batch has rows of.</summary>
    private int CountCalls()
    {
        _batchNumber++;
        int calls = 0;
        foreach (EvaluationRequest request in _batch)
        {
            if (request.Call.Batch != _batchNumber)
            {
                request.Call.Batch = _batchNumber;
                calls++;
            }
        }

        return calls;
    }

    /// <summary>Lets those requests of the batch go that are done.</summary>
    private void Settle(EvaluationCall own, Exception? failure)
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

    private void Release(EvaluationRequest request, EvaluationCall own)
    {
        _waiting.Remove(request);
        EvaluationCall call = request.Call;
        if (--call.Pending == 0)
        {
            _waitingCalls--;
            if (call != own)
            {
                call.Signal();
            }
        }
    }

    /// <summary>The call that has waited longest leads from here on.</summary>
    private void HandOver()
    {
        _hasLeader = _waiting.Count > 0;
        if (_hasLeader)
        {
            _waiting[0].Call.Leads = true;
            _waiting[0].Call.Signal();
        }
    }
}
