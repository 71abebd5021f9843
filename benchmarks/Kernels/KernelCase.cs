using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.Intrinsics.X86;
using ModelGen.Formats;
using ModelGen.Generator.Specialise;

namespace ModelGen.Kernels.Benchmarks;

/// <summary>A kernel to measure: its vector width and the work of an invocation.</summary>
public abstract class KernelCase
{
    internal abstract VectorWidth Width { get; }

    internal abstract Work Work { get; }

    internal static IEnumerable<VectorWidth> Widths => VectorWidth.All.Where(width => width.Bits switch
    {
        512 => Avx512F.IsSupported && Avx512BW.IsSupported,
        256 => Avx2.IsSupported,
        _ => true,
    });
}

/// <summary>A matrix product over a format with a tile of tokens.</summary>
internal sealed class MatMulCase(TensorFormat format, VectorWidth width, int rows, int columns, int tokens) : KernelCase
{
    public TensorFormat Format => format;

    public int Rows => rows;

    public int Columns => columns;

    public int Tokens => tokens;

    public int InputStride =>
        format.Activation == ActivationFormat.Float32 ? (columns * sizeof(float) + 63) / 64 * 64 : QuantizedRow.Stride(format.Activation, columns);

    public int Strips => rows / TensorFormat.StripRows;

    internal override VectorWidth Width => width;

    internal override Work Work => new((double)rows * format.RowBytes(columns), 2.0 * rows * columns * tokens);

    public override string ToString() => FormattableString.Invariant($"{format.Name} {rows}x{columns} x{tokens} {width.Name}");
}

/// <summary>Attention of some rows of queries over a cache.</summary>
internal sealed class AttentionCase(VectorWidth width, int headDimension, int positions, int rows) : KernelCase
{
    public int HeadDimension => headDimension;

    public int Positions => positions;

    public int Rows => rows;

    internal override VectorWidth Width => width;

    internal override Work Work =>
        new(2.0 * positions * headDimension * sizeof(float), 4.0 * positions * headDimension * rows);

    public override string ToString() => FormattableString.Invariant($"D{headDimension} n{positions} r{rows} {width.Name}");
}
