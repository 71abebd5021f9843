using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Execution;

namespace ModelGen.Serving;

/// <summary>
/// The thread of an engine and the requests that wait for it. The thread is there while there is work, and for a moment longer; so an engine
/// that nobody disposed is collected like anything else.
/// </summary>
internal sealed class EngineLoop : IDisposable, IAsyncDisposable
{
    // How long the thread waits for another request before it ends.
    private const int IdleMilliseconds = 1000;

    // A lock that can be waited on.
    private readonly object _gate = new();
    private readonly TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PagePool _pool;
    private readonly Answering _answering;
    private readonly EngineOptions _options;
    private readonly long _memoryLimit;

    // Guarded by the gate.
    private readonly WaitingRequests _waiting = new();
    private Thread? _thread;
    private long _nextNumber;
    private bool _isDisposed;

    // The loop's own.
    private readonly List<EngineRequest> _gone = [];

    /// <param name="pool">Where pages come from; it counts the engine as one of its sequences.</param>
    /// <param name="answering">The requests that are being answered, none yet.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="memoryLimit">Bytes of pages at most.</param>
    public EngineLoop(PagePool pool, Answering answering, EngineOptions options, long memoryLimit)
    {
        _pool = pool;
        _answering = answering;
        _options = options;
        _memoryLimit = memoryLimit;
    }

    /// <summary>What the engine is doing.</summary>
    public EngineStatistics GetStatistics()
    {
        lock (_gate)
        {
            return new EngineStatistics(
                _answering.Count, _waiting.Count, _pool.UsedBytes, _answering.CachedBytes, _answering.Preemptions, _memoryLimit);
        }
    }

    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public void ThrowIfDisposed()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(Engine));
        }
    }

    /// <summary>Takes in a request.</summary>
    /// <exception cref="EngineFullException">Too many wait.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public EngineRequest Add(EngineRequest request)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(Engine));
            if (_answering.Count + _waiting.Count >= _options.MaxConcurrency + (long)_options.QueueLimit)
            {
                throw new EngineFullException(_waiting.Count);
            }

            request.Begin(_nextNumber++);
            _waiting.Add(request);
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "ModelGen engine" };
                _thread.Start();
            }

            Monitor.PulseAll(_gate);
            return request;
        }
    }

    /// <summary>Has the thread look at what has changed.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A program's own step before the samplers runs on the engine's thread, which cannot wait for itself.
        if (BeginToDispose() != Thread.CurrentThread)
        {
            _freed.Task.GetAwaiter().GetResult();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        BeginToDispose();
        return new ValueTask(_freed.Task);
    }

    /// <returns>The thread that frees everything; null where it is freed.</returns>
    private Thread? BeginToDispose()
    {
        lock (_gate)
        {
            bool isFirst = !_isDisposed;
            _isDisposed = true;
            if (isFirst && _thread is null)
            {
                Free();
            }

            Monitor.PulseAll(_gate);
            return _thread;
        }
    }

    private void Run()
    {
        using PagePool.Lease lease = _pool.Open();
        while (WaitForWork())
        {
            try
            {
                Step();
            }
            catch (Exception error)
            {
                // Nothing here throws by itself. Whatever it was, readers are not left waiting.
                FailAll(error);
            }
        }
    }

    /// <summary>False where the thread is to end.</summary>
    private bool WaitForWork()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_isDisposed)
                {
                    Free();
                    _thread = null;
                    return false;
                }

                if (_answering.Count + _waiting.Count > 0)
                {
                    return true;
                }

                if (!Monitor.Wait(_gate, IdleMilliseconds) && !_isDisposed && _waiting.Count == 0)
                {
                    _thread = null;
                    return false;
                }
            }
        }
    }

    private void Step()
    {
        lock (_gate)
        {
            _waiting.TakeAbandoned(_gone);
            foreach (EngineRequest request in _gone)
            {
                _answering.Release(request);
            }

            _gone.Clear();
            _answering.DropAbandoned();
            Admit();
        }

        _answering.Step(_gone);
        if (_gone.Count > 0)
        {
            lock (_gate)
            {
                // They have given their memory back, and wait again.
                _gone.ForEach(_waiting.Add);
                _gone.Clear();
            }
        }
    }

    private void Admit()
    {
        while (_answering.Count < _options.MaxConcurrency && _waiting.Peek() is EngineRequest next && _answering.HasRoomFor(next))
        {
            _waiting.Take(next);
            _answering.Start(next);
        }
    }

    private void Free()
    {
        FailAll(new ObjectDisposedException(nameof(Engine)));
        _answering.Dispose();
        _pool.RemoveSequence();
        _freed.SetResult();
    }

    private void FailAll(Exception error)
    {
        lock (_gate)
        {
            _waiting.TakeAll(_gone);
            foreach (EngineRequest request in _gone)
            {
                request.Fail(error);
                _answering.Release(request);
            }

            _gone.Clear();
            _answering.FailAll(error);
        }
    }
}
