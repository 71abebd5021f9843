using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Formats;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Tests.MatMul;

/// <summary>A specialised matrix product.</summary>
internal sealed record MatMulShape(int Columns, int Tokens, bool Accumulate)
{
    public string Name => FormattableString.Invariant($"MatMul_C{Columns}_T{Tokens}_{(Accumulate ? "Add" : "Set")}");
}

/// <summary>The products that the tests of one format run under one width.</summary>
internal sealed class MatMulKernels
{
    private static readonly ConcurrentDictionary<(string Format, VectorWidth Width), Lazy<MatMulKernels>> Compiled = new();

    private readonly KernelLibrary _library;

    private MatMulKernels(TensorFormat format, VectorWidth width)
    {
        int[] columns = format.Type.BlockLength switch
        {
            256 => [256, 512, 768],
            32 => [32, 64, 96, 160, 288, 608],
            _ => [1, 2, 3, 33, 64, 257],
        };

        // All tiles of the widest vectors; of the others, whose registers hold less, the small ones and a large one that spills.
        int[] tokens = width.Bits == 512 ? [.. Enumerable.Range(1, 16)] : [1, 2, 3, 4, 6, 12];
        Shapes = tokens.Select((t, i) => new MatMulShape(columns[i % columns.Length], t, i / columns.Length % 2 == (i & 1)))
            .Concat(columns.Select((c, i) => new MatMulShape(c, 1, (i & 1) == 0)))
            .Distinct().ToArray();

        // Beside every tile the product of one token, which must give the same bits.
        MatMulShape[] all = Shapes.Concat(Shapes.Select(shape => shape with { Tokens = 1 })).Distinct().ToArray();
        _library = KernelLibrary.Compile(width, all.Select((shape, i) => Request(format, width, shape, prefetchBytes: i % 2 * 2048)));
    }

    public IReadOnlyList<MatMulShape> Shapes { get; }

    public static MatMulKernels Of(TensorFormat format, VectorWidth width) =>
        Compiled.GetOrAdd((format.Name, width), _ => new Lazy<MatMulKernels>(() => new MatMulKernels(format, width))).Value;

    public static KernelRequest Request(TensorFormat format, VectorWidth width, MatMulShape shape, int prefetchBytes) =>
        Requests.Of(
            "MatMul" + format.Name,
            shape.Name,
            width,
            ("Columns", shape.Columns),
            ("InputStride", MatMulInput.StrideOf(format, shape.Columns)),
            ("PrefetchBytes", prefetchBytes),
            ("Accumulate", shape.Accumulate)).Repeat('t', shape.Tokens);

    public nint Pointer(MatMulShape shape) => _library.Pointer(shape.Name);
}
