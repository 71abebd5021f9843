using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Generator.Plan;

/// <summary>A buffer of the forward pass: one row a row of the batch, or as many as it says.</summary>
/// <param name="Name">Its field, e.g. Normed.</param>
/// <param name="Meaning">What a row holds, for the reader of the emitted code.</param>
/// <param name="IsFloat">Rows of floats; else quantised rows.</param>
/// <param name="RowBytes">Bytes from one row to the next.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="IsOfRows">Whether it has a row for each row of the batch.</param>
/// <param name="Offset">Bytes from the start of the scratch memory.</param>
internal sealed record BufferPlan(string Name, string Meaning, bool IsFloat, int RowBytes, int Rows, bool IsOfRows, long Offset = 0)
{
    /// <summary>Whether it has a row for each row of an encoder's texts, of which a batch is a part.</summary>
    public bool IsOfTexts { get; init; }

    /// <summary>Floats from one row to the next.</summary>
    public int RowFloats => RowBytes / sizeof(float);

    public long Length => (long)RowBytes * Rows;
}

/// <summary>Collects the buffers that steps ask for, and places them in the scratch memory.</summary>
/// <param name="batchRows">Rows of a batch at most.</param>
internal sealed class Buffers(int batchRows)
{
    private const int Alignment = 64;

    /// <summary>Elements of a row are padded to blocks of 32, so that units of 32 hidden values can be stored whole.</summary>
    private const int RowPadding = 32;

    private readonly SortedDictionary<string, BufferPlan> _buffers = new(StringComparer.Ordinal);

    /// <summary>The buffers by name.</summary>
    public IReadOnlyList<BufferPlan> All => [.. _buffers.Values];

    /// <summary>
    /// Notes a buffer with a row for each row of a batch. Kernels know the bytes from one row to the next, so that one of another width is
    /// another buffer.
    /// </summary>
    /// <param name="name">Its field.</param>
    /// <param name="meaning">What a row holds.</param>
    /// <param name="format">Format of a row.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <returns>The buffer's name: the field, with a number behind it where rows of another width have that.</returns>
    public string Add(string name, string meaning, ActivationFormat format, int columns) =>
        Add(name, meaning, format, RowBytes(format, columns), batchRows, isOfRows: true);

    /// <summary>Notes a buffer with some rows for each row of a batch, one an expert that it takes.</summary>
    /// <param name="name">Its field.</param>
    /// <param name="meaning">What a row holds.</param>
    /// <param name="format">Format of a row.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="experts">The rows.</param>
    /// <returns>The buffer's name.</returns>
    public string AddOfExperts(string name, string meaning, ActivationFormat format, int columns, ExpertRows experts) =>
        Add(name, meaning, format, RowBytes(format, columns), experts.Most(batchRows), isOfRows: false);

    /// <summary>Notes a buffer whose rows are made of one a head.</summary>
    /// <param name="name">Its field.</param>
    /// <param name="meaning">What a row holds.</param>
    /// <param name="format">Format of a head's.</param>
    /// <param name="columns">Elements of a head's.</param>
    /// <param name="heads">Heads.</param>
    /// <returns>The buffer's name.</returns>
    public string AddOfHeads(string name, string meaning, ActivationFormat format, int columns, int heads) =>
        Add(name, meaning, format, heads * RowBytes(format, columns), batchRows, isOfRows: true);

    /// <summary>Notes a buffer of floats with a number of rows of its own, or enlarges it.</summary>
    public string Add(string name, string meaning, int columns, int rows) =>
        Add(name, meaning, ActivationFormat.Float32, RowBytes(ActivationFormat.Float32, columns), rows, isOfRows: false, mayGrow: true);

    /// <summary>Floats from one row of a buffer to the next.</summary>
    /// <param name="name">What <see cref="Add(string, string, ActivationFormat, int)"/> gave.</param>
    public int RowFloatsOf(string name) => _buffers[name].RowFloats;

    /// <summary>Bytes from one row's activations to the next: a function of their number alone, so that kernels of one shape are shared.</summary>
    public static int RowBytes(ActivationFormat format, int columns) =>
        format == ActivationFormat.Float32 ? (columns + RowPadding - 1) / RowPadding * RowPadding * sizeof(float) : QuantizedRow.Stride(format, columns);

    /// <summary>
    /// Gives every buffer its offset: largest first, each at the lowest place where no buffer that lives at the same time lies.
    /// </summary>
    /// <param name="buffers">The buffers.</param>
    /// <param name="meet">Whether two buffers live at the same time.</param>
    /// <returns>The buffers in their given order, and the bytes that they take together.</returns>
    public static (EquatableArray<BufferPlan> Buffers, long Length) Place(IReadOnlyList<BufferPlan> buffers, Func<string, string, bool> meet)
    {
        var placed = new List<BufferPlan>();
        foreach (BufferPlan buffer in buffers.OrderByDescending(buffer => buffer.Length).ThenBy(buffer => buffer.Name, StringComparer.Ordinal))
        {
            long offset = 0;
            foreach (BufferPlan other in placed.Where(other => meet(buffer.Name, other.Name)).OrderBy(other => other.Offset))
            {
                if (offset + buffer.Length <= other.Offset)
                {
                    break;
                }

                offset = Math.Max(offset, Align(other.Offset + other.Length));
            }

            placed.Add(buffer with { Offset = offset });
        }

        long length = placed.Count == 0 ? 0 : placed.Max(buffer => Align(buffer.Offset + buffer.Length));
        return (buffers.Select(buffer => placed.First(candidate => candidate.Name == buffer.Name)).ToEquatableArray(), length);
    }

    public static long Align(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    private string Add(string name, string meaning, ActivationFormat format, int rowBytes, int rows, bool isOfRows, bool mayGrow = false)
    {
        var buffer = new BufferPlan(name, meaning, format == ActivationFormat.Float32, rowBytes, rows, isOfRows);
        string free = name;
        for (int other = 2; _buffers.TryGetValue(free, out BufferPlan known); other++)
        {
            if (mayGrow)
            {
                buffer = buffer with { RowBytes = Math.Max(buffer.RowBytes, known.RowBytes), Rows = Math.Max(buffer.Rows, known.Rows) };
                break;
            }

            if (known.RowBytes == buffer.RowBytes)
            {
                buffer = buffer with { Rows = Math.Max(buffer.Rows, known.Rows) };
                break;
            }

            free = name + other.ToString(CultureInfo.InvariantCulture);
        }

        _buffers[free] = buffer with { Name = free };
        return free;
    }
}
