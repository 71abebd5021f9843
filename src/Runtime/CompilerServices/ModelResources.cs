using System;
using System.ComponentModel;
using System.Threading;

namespace ModelGen.CompilerServices;

/// <summary>
/// What the sessions of a model share: weights and threads. Held by the model and by each session; the last one to let go frees them,
/// so that no order of disposal leaves a session with memory that is gone.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class ModelResources
{
    private readonly PackedModel _packed;
    private int _holders = 1;

    internal ModelResources(PackedModel packed, WorkerPool workers)
    {
        _packed = packed;
        Workers = workers;
    }

    /// <summary>First byte of the weights section; a multiple of 64.</summary>
    public byte* Weights => _packed.Weights;

    /// <summary>The threads that work on a step.</summary>
    public WorkerPool Workers { get; }

    /// <summary>Notes one more holder.</summary>
    /// <exception cref="ObjectDisposedException">The last holder has let go, on another thread perhaps: there is nothing left to hold.</exception>
    public void Hold()
    {
        for (int holders = Volatile.Read(ref _holders); ; holders = Volatile.Read(ref _holders))
        {
            ObjectDisposedException.ThrowIf(holders == 0, typeof(CompiledModel));
            if (Interlocked.CompareExchange(ref _holders, holders + 1, holders) == holders)
            {
                return;
            }
        }
    }

    /// <summary>One holder lets go.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            Workers.Dispose();
            _packed.Dispose();
        }
    }
}
