using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelGen.CompilerServices;

namespace ModelGen.Execution;

/// <summary>Rows of logits in a managed array on the heap of pinned objects: the collector never moves it, and a span keeps it alive.</summary>
internal sealed unsafe class LogitRows
{
    // Bytes of a cache line and of the widest vector.
    private const int Alignment = 64;

    // Logits of a strip of the output matrix.
    private const int StripLogits = 16;

    // One strip in so many has to be left out at least; for fewer a list of strips is not worth making.
    private const int FewestLeftOut = 8;

    private readonly float[] _memory;
    private readonly int _first;

    // A bit for each strip, on the heap of pinned objects; made when it is first needed.
    private ulong[]? _strips;

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
        Rows = rows;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Where they are written; a multiple of 64.</summary>
    public float* Address { get; }

    /// <summary>Floats from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>The strips that are wanted of every row, as <see cref="Row.Strips"/> has them.</summary>
    public ulong* Strips { get; private set; }

    /// <summary>Says which logits are wanted of each row. The others are −∞ then, or what they would be.</summary>
    /// <param name="tokens">A bit for each token, low bit first; empty: all are wanted.</param>
    public void Want(ReadOnlySpan<ulong> tokens)
    {
        Strips = null;
        int strips = Stride / StripLogits;
        int wanted = tokens.IsEmpty ? strips : FindStrips(tokens, strips);

        // No token at all is an error, which is found where the token is chosen.
        if (wanted > 0 && wanted < strips - strips / FewestLeftOut)
        {
            Strips = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_strips!));
            _memory.AsSpan(_first).Fill(float.NegativeInfinity);
        }
    }

    /// <summary>The first floats. The span's memory is there as long as the span is.</summary>
    public ReadOnlySpan<float> AsSpan(int count) => _memory.AsSpan(_first, count);

    /// <summary>Writes the bits of the strips that have some tokens.</summary>
    /// <returns>How many they are.</returns>
    private int FindStrips(ReadOnlySpan<ulong> tokens, int strips)
    {
        _strips ??= GC.AllocateArray<ulong>((strips + 63) / 64, pinned: true);
        Array.Clear(_strips);
        int count = 0;
        for (int strip = 0; strip < int.Min(strips, tokens.Length * (64 / StripLogits)); strip++)
        {
            int shift = strip * StripLogits;
            if ((ushort)(tokens[shift / 64] >> shift) != 0)
            {
                _strips[strip / 64] |= 1UL << strip;
                count++;
            }
        }

        return count;
    }
}
