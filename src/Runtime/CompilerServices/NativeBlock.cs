using System;
using System.Runtime.InteropServices;

namespace ModelGen.CompilerServices;

/// <summary>Memory outside the managed heap: zeroed, aligned. The operating system gives it pages as they are first touched.</summary>
internal sealed unsafe class NativeBlock : SafeHandle
{
    // Pages of the usual size: every offset that the compiler chose (a multiple of a cache line) stays aligned.
    private const int Alignment = 4096;

    /// <summary>Reserves the block.</summary>
    /// <param name="length">Bytes.</param>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public NativeBlock(long length)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        SetHandle((nint)NativeMemory.AllocZeroed(checked((nuint)(length + Alignment))));
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
