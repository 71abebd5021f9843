using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelGen.CompilerServices;

/// <summary>
/// What one session writes to, of sizes known at compile time: a native block for key/value and scratch buffers, and the logits. While it
/// is there, so are the weights and threads of its model.
/// </summary>
/// <remarks>
/// Callers get to see the logits, and may look at them when the session is gone: they lie in a managed array, which a span keeps alive. The
/// native block is freed when the session is disposed or finalized, but never under a call that holds it open (<see cref="Open"/>).
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class SessionMemory : IDisposable
{
    // Bytes of a cache line and of the widest vector.
    private const int LogitAlignment = 64;

    private readonly NativeBlock _block;

    // On the heap of pinned objects: the collector never moves it, and frees it when neither this object nor a span shows it.
    private readonly float[] _logits;
    private readonly int _firstLogit;

    /// <summary>Reserves the memory.</summary>
    /// <param name="resources">The model's, held from here on.</param>
    /// <param name="length">Bytes of the native block.</param>
    /// <param name="logitCount">Logits with the padding behind them that kernels write.</param>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed, and so are all its sessions.</exception>
    public SessionMemory(ModelResources resources, long length, int logitCount)
    {
        ArgumentNullException.ThrowIfNull(resources);
        resources.Hold();
        try
        {
            _logits = GC.AllocateArray<float>(checked(logitCount + LogitAlignment / sizeof(float)), pinned: true);
            _block = new NativeBlock(length, resources);
        }
        catch (OutOfMemoryException error)
        {
            resources.Release();
            throw new ModelGenException(
                $"There is no memory for a session's {length + logitCount * (long)sizeof(float)} bytes of buffers; "
                + "compile the model with a smaller ContextLength.",
                error);
        }

        float* first = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_logits));
        Logits = (float*)(((nint)first + LogitAlignment - 1) / LogitAlignment * LogitAlignment);
        _firstLogit = (int)(Logits - first);
    }

    /// <summary>First byte of the native block, which is zeroed; a multiple of 4096.</summary>
    public byte* Address => _block.Address;

    /// <summary>Where the logits are written; a multiple of 64.</summary>
    public float* Logits { get; }

    /// <summary>Holds the memory until the lease is disposed, whatever other threads and finalizers do meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It is freed.</exception>
    public Lease Open() => new(this);

    /// <summary>The first logits. The span's memory is there as long as the span is.</summary>
    /// <param name="count">How many.</param>
    public ReadOnlySpan<float> ReadLogits(int count) => _logits.AsSpan(_firstLogit, count);

    /// <summary>Frees the native block, once no lease is open, and lets go of the model.</summary>
    public void Dispose() => _block.Dispose();

    /// <summary>See <see cref="Open"/>.</summary>
    public readonly struct Lease : IDisposable
    {
        private readonly SessionMemory _memory;

        internal Lease(SessionMemory memory)
        {
            bool added = false;
            memory._block.DangerousAddRef(ref added);
            _memory = memory;
        }

        /// <summary>Ends the lease. The memory object stays referenced until here, so that its array is not collected under a call.</summary>
        public void Dispose() => _memory._block.DangerousRelease();
    }
}
