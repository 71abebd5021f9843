using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace ModelGen.Execution;

/// <summary>What a thread waits for: the requests of one sequence, or of several that are to be evaluated together. Used again and
/// again.</summary>
internal sealed class EvaluationCall
{
    [SuppressMessage("Reliability", "CA2213", Justification = "Its wait handle is never made: there is nothing to dispose.")]
    private readonly SemaphoreSlim _signal = new(0);

    private readonly List<EvaluationRequest> _requests = [];

    /// <summary>What is asked for.</summary>
    public List<EvaluationRequest> Requests => _requests;

    /// <summary>Ends the call between two batches, or between two steps of a batch that has nobody else's rows.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>Requests that are not done; guarded by the executor, as what follows.</summary>
    public int Pending { get; set; }

    /// <summary>Whether all of it is done, for better or worse.</summary>
    public bool IsDone => Pending == 0;

    /// <summary>Whether its thread is to execute batches.</summary>
    public bool Leads { get; set; }

    /// <summary>Number of the last batch that had rows of it.</summary>
    public long Batch { get; set; }

    /// <summary>Sets a call up that asks for nothing yet.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        _requests.Clear();
        CancellationToken = cancellationToken;
        Pending = 0;
        Leads = false;
    }

    /// <summary>Asks for something more, before the call is made.</summary>
    public void Add(EvaluationRequest request)
    {
        request.Call = this;
        _requests.Add(request);
        Pending++;
    }

    /// <summary>Whether a batch that is being evaluated has rows of it.</summary>
    public bool HasRowsInBatch()
    {
        foreach (EvaluationRequest request in _requests)
        {
            if (request.RowsInBatch > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits for a signal.</summary>
    /// <param name="milliseconds">Longest wait; -1: none.</param>
    public void Wait(int milliseconds) => _signal.Wait(milliseconds);

    /// <summary>Wakes the thread that waits: the call is done, or it is to lead.</summary>
    public void Signal() => _signal.Release();
}
