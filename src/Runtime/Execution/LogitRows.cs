using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelGen.Execution;

/// <summary>Rows of logits in a managed array on the heap of pinned objects: the collector never moves it, and a span keeps it alive.</summary>
internal sealed unsafe class LogitRows
{
    // Bytes of a cache line and of the widest vector.
    private const int Alignment = 64;

    private readonly float[] _memory;
    private readonly int _first;

    /// <param name="rows">Number of rows.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public LogitRows(int rows, int stride)
    {
        try
        {
            _memory = GC.AllocateArray<float>(checked(rows * stride + Alignment / sizeof(float)), pinned: true);
        }
        catch (OutOfMemoryException error)
        {
            throw new ModelGenException($"There is no memory for {rows * (long)stride * sizeof(float)} bytes of logits.", error);
        }

        float* start = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        Address = (float*)(((nint)start + Alignment - 1) / Alignment * Alignment);
        _first = (int)(Address - start);
        Stride = stride;
    }

    /// <summary>Where they are written; a multiple of 64.</summary>
    public float* Address { get; }

    /// <summary>Floats from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>The first floats. The span's memory is there as long as the span is.</summary>
    public ReadOnlySpan<float> AsSpan(int count) => _memory.AsSpan(_first, count);
}
