using System;
using System.ComponentModel;
using System.Threading;
using ModelGen.Embeddings;
using ModelGen.Execution;

namespace ModelGen.CompilerServices;

/// <summary>
/// What the sessions of a model share: weights, threads and what evaluates batches. Held by the model and by each session; the last one to let go frees them,
/// so that no order of disposal, nor of finalizers, leaves a session with memory that is gone.
/// </summary>
/// <remarks>
/// A model that nobody disposed is collected once the program has dropped it and its sessions. Its threads, which would wait for work for
/// ever, are then ended by the finalizer.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class ModelResources
{
    private readonly PackedModel _packed;
    private readonly Lock _gate = new();
    private BatchExecutor? _executor;
    private EncoderExecutor? _encoder;
    private SourceExecutor? _source;
    private int _holders = 1;

    /// <param name="packed">The weights; taken over.</param>
    /// <param name="workers">The threads; taken over.</param>
    internal ModelResources(PackedModel packed, WorkerPool workers)
    {
        _packed = packed;
        Workers = workers;
    }

    /// <summary>Ends the threads.</summary>
    ~ModelResources() => Workers.Dispose();

    /// <summary>First byte of the weights section; a multiple of 64.</summary>
    public byte* Weights => _packed.Weights;

    /// <summary>The threads that work on a step.</summary>
    public WorkerPool Workers { get; }

    /// <summary>What evaluates the sessions' tokens; made for the first of them. The caller holds the resources.</summary>
    /// <param name="createForwardPass">Makes the model's forward pass.</param>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    internal BatchExecutor ExecutorOf(Func<ModelResources, ForwardPass> createForwardPass)
    {
        lock (_gate)
        {
            return _executor ??= new BatchExecutor(createForwardPass(this));
        }
    }

    /// <summary>What takes texts through an encoder; made for the first of them. The caller holds the resources.</summary>
    /// <param name="create">Makes it.</param>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    internal EncoderExecutor EncoderOf(Func<ModelResources, EncoderExecutor> create)
    {
        lock (_gate)
        {
            return _encoder ??= create(this);
        }
    }

    /// <summary>What reads the sessions' source texts; made for the first of them. The caller holds the resources.</summary>
    /// <param name="source">The encoder.</param>
    /// <param name="turn">Held by whoever has the threads.</param>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    internal SourceExecutor SourceOf(SourceDescription source, Lock turn)
    {
        lock (_gate)
        {
            return _source ??= new SourceExecutor(source.CreateForwardPass(this), source.State, turn);
        }
    }

    /// <summary>A session holds the weights and the threads.</summary>
    /// <exception cref="ObjectDisposedException">The last holder has let go, on another thread perhaps: there is nothing left to hold.</exception>
    internal void Hold()
    {
        int holders;
        do
        {
            holders = Volatile.Read(ref _holders);
            ObjectDisposedException.ThrowIf(holders == 0, typeof(CompiledModel));
        }
        while (Interlocked.CompareExchange(ref _holders, holders + 1, holders) != holders);

        try
        {
            // Where all are collected together, finalizers run in any order: that of the weights must not free them before the session's.
            _packed.Hold();
        }
        catch
        {
            LetGo();
            throw;
        }
    }

    /// <summary>A session lets go.</summary>
    internal void Release()
    {
        LetGo();
        _packed.Release();
    }

    /// <summary>The model, which holds from the start, lets go.</summary>
    internal void ReleaseModel() => LetGo();

    private void LetGo()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            Workers.Dispose();
            _executor?.Dispose();
            _encoder?.Dispose();
            _source?.Dispose();
            _packed.Dispose();
            GC.SuppressFinalize(this);
        }
    }
}
