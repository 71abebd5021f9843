using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Generator.Plan;

/// <summary>A buffer of the forward pass: one row a token of a prefill batch.</summary>
/// <param name="Name">Its field, e.g. Normed.</param>
/// <param name="Meaning">What a row holds, for the reader of the emitted code.</param>
/// <param name="IsFloat">Rows of floats; else quantised rows.</param>
/// <param name="RowBytes">Bytes from one row to the next.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="First">Step of the layer at which it is first written.</param>
/// <param name="Last">Step at which it is last read.</param>
/// <param name="Offset">Bytes from the start of the scratch memory.</param>
internal sealed record BufferPlan(string Name, string Meaning, bool IsFloat, int RowBytes, int Rows, int First, int Last, long Offset = 0)
{
    /// <summary>Floats from one row to the next.</summary>
    public int RowFloats => RowBytes / sizeof(float);

    public long Length => (long)RowBytes * Rows;

    public bool LivesWith(BufferPlan other) => First <= other.Last && other.First <= Last;
}

/// <summary>Sizes and places buffers: those whose lifetimes do not meet share memory.</summary>
internal static class Buffers
{
    private const int Alignment = 64;

    /// <summary>Elements of a row are padded to blocks of 32, so that units of 32 hidden values can be stored whole.</summary>
    private const int RowPadding = 32;

    /// <summary>Bytes from one token's activations to the next: a function of their number alone, so that kernels of one shape are shared.</summary>
    public static int RowBytes(ActivationFormat format, int columns) =>
        format == ActivationFormat.Float32 ? (columns + RowPadding - 1) / RowPadding * RowPadding * sizeof(float) : QuantizedRow.Stride(format, columns);

    /// <summary>
    /// Gives every buffer its offset: largest first, each at the lowest place where no buffer that lives at the same time lies.
    /// </summary>
    /// <returns>The buffers in their given order, and the bytes that they take together.</returns>
    public static (EquatableArray<BufferPlan> Buffers, long Length) Place(IReadOnlyList<BufferPlan> buffers)
    {
        var placed = new List<BufferPlan>();
        foreach (BufferPlan buffer in buffers.OrderByDescending(buffer => buffer.Length).ThenBy(buffer => buffer.Name, System.StringComparer.Ordinal))
        {
            long offset = 0;
            foreach (BufferPlan other in placed.Where(buffer.LivesWith).OrderBy(other => other.Offset))
            {
                if (offset + buffer.Length <= other.Offset)
                {
                    break;
                }

                offset = System.Math.Max(offset, Align(other.Offset + other.Length));
            }

            placed.Add(buffer with { Offset = offset });
        }

        long length = placed.Count == 0 ? 0 : placed.Max(buffer => Align(buffer.Offset + buffer.Length));
        return (buffers.Select(buffer => placed.First(candidate => candidate.Name == buffer.Name)).ToEquatableArray(), length);
    }

    public static long Align(long offset) => (offset + Alignment - 1) / Alignment * Alignment;
}
