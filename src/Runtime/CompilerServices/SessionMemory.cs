using System;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ModelGen.CompilerServices;

/// <summary>
/// The one block of memory that a session's key/value and scratch buffers lie in: zeroed, aligned, of a size known at compile time. The
/// operating system gives it pages as they are first touched.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class SessionMemory : SafeHandle
{
    // Pages of the usual size: every buffer offset that the compiler chose (a multiple of a cache line) stays aligned.
    private const int Alignment = 4096;

    /// <summary>Reserves the block.</summary>
    /// <param name="length">Bytes.</param>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public SessionMemory(long length)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        try
        {
            SetHandle((nint)NativeMemory.AllocZeroed(checked((nuint)(length + Alignment))));
        }
        catch (OutOfMemoryException error)
        {
            throw new ModelGenException(
                $"There is no memory for a session's {length} bytes of buffers; compile the model with a smaller ContextLength.", error);
        }

        Address = (byte*)((handle + Alignment - 1) / Alignment * Alignment);
    }

    /// <summary>The block's first byte; a multiple of 4096.</summary>
    public byte* Address { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
