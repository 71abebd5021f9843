using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.Intrinsics.X86;
using ModelGen.Formats;
using ModelGen.Generator.Plan;
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

/// <summary>Attention of the query heads of one key/value head: of one token, or of as many as there are positions.</summary>
internal sealed class AttentionCase(
    VectorWidth width, KeyValueFormat format, int headDimension, int groupSize, int positions, bool isPrefill) : KernelCase
{
    public static (int HeadDimension, int GroupSize)[] Shapes => [(64, 3), (64, 7), (128, 2), (64, 4)];

    public KeyValueFormat Format => format;

    public int HeadDimension => headDimension;

    public int GroupSize => groupSize;

    public int Positions => positions;

    internal override VectorWidth Width => width;

    internal override Work Work
    {
        get
        {
            KeyValueLayout plan = KeyValueLayout.Create(format, headDimension, positions);
            double pairs = isPrefill ? positions * (positions + 1.0) / 2 : positions;
            return new((double)(plan.KeyBlockBytes + plan.ValueBlockBytes) / KeyValueLayout.BlockKeys * positions, 4.0 * pairs * headDimension * groupSize);
        }
    }

    public override string ToString() =>
        FormattableString.Invariant($"{format} D{headDimension} g{groupSize} n{positions} {width.Name}");
}
