using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Formats;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Tests.MatMul;

/// <summary>A specialised matrix product.</summary>
internal sealed record MatMulShape(int Columns, int Tokens, bool Accumulate)
{
    /// <summary>The product's type arguments; every other shape asks for its weights ahead.</summary>
    public ProductArguments Of(TensorFormat format) =>
        new(Columns, MatMulInput.StrideOf(format, Columns), Accumulate, Tokens, PrefetchBytes: (Columns + Tokens) % 2 * 2048);
}

/// <summary>The products that the tests of one format run at one level.</summary>
internal sealed class MatMulKernels
{
    private static readonly ConcurrentDictionary<(string Format, Level Level), Lazy<MatMulKernels>> Compiled = new();

    private readonly TensorFormat _format;
    private readonly KernelLibrary _library;

    private MatMulKernels(TensorFormat format, Level level)
    {
        _format = format;
        HasDot = level.HasDot;
        int[] columns = format.Type.BlockLength switch
        {
            1 => [1, 2, 3, 33, 64, 257],
            32 => [32, 64, 96, 160, 288, 608],
            int block => [block, 2 * block, 3 * block],
        };

        // All tiles of the widest vectors; of the others, whose registers hold less, the small ones and a large one that spills.
        int[] tokens = level.Width.Bits == 512 ? [.. Enumerable.Range(1, 16)] : [1, 2, 3, 4, 6, 12];
        Shapes = tokens.Select((t, i) => new MatMulShape(columns[i % columns.Length], t, i / columns.Length % 2 == (i & 1)))
            .Concat(columns.Select((c, i) => new MatMulShape(c, 1, (i & 1) == 0)))
            .Distinct().ToArray();

        // Beside every tile the product of one token, which must give the same bits.
        MatMulShape[] all = Shapes.Concat(Shapes.Select(shape => shape with { Tokens = 1 })).Distinct().ToArray();
        _library = Compile(format, level, tokens[^1], all);
    }

    public IReadOnlyList<MatMulShape> Shapes { get; }

    /// <summary>Whether they read activations as dot products of bytes take them.</summary>
    public bool HasDot { get; }

    public static MatMulKernels Of(TensorFormat format, Level level) =>
        Compiled.GetOrAdd((format.Name, level), _ => new Lazy<MatMulKernels>(() => new MatMulKernels(format, level))).Value;

    /// <summary>The product of a format with tiles of so many tokens at most, for some shapes.</summary>
    public static KernelLibrary Compile(TensorFormat format, Level level, int mostTokens, IEnumerable<MatMulShape> shapes) =>
        KernelLibrary.CompileProduct(level, "MatMul" + format.Name, mostTokens, [.. shapes.Select(shape => shape.Of(format))]);

    public nint Pointer(MatMulShape shape) => _library.ProductPointer("MatMul" + _format.Name, shape.Of(_format));
}
