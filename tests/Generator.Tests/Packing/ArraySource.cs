using System;
using System.Runtime.InteropServices;
using ModelGen.Packing;

namespace ModelGen.Generator.Tests.Packing;

/// <summary>A file of which no more is readable than is asked for, and that only until the next call.</summary>
internal sealed unsafe class ArraySource(byte[] file) : IBlockSource
{
    private byte* _piece;

    public byte* Read(long offset, int length)
    {
        Dispose();
        _piece = (byte*)NativeMemory.Alloc((nuint)length);
        file.AsSpan((int)offset, length).CopyTo(new Span<byte>(_piece, length));
        return _piece;
    }

    public void Dispose()
    {
        NativeMemory.Free(_piece);
        _piece = null;
    }
}
