using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Tests.Attention;

/// <summary>The attention kernels that the tests run under one width.</summary>
internal sealed class AttentionKernels
{
    public static readonly int[] HeadDimensions = [8, 32, 64, 80, 96, 128];

    private static readonly ConcurrentDictionary<VectorWidth, Lazy<AttentionKernels>> Compiled = new();

    private readonly KernelLibrary _library;

    private AttentionKernels(VectorWidth width) =>
        _library = KernelLibrary.Compile(
            width,
            HeadDimensions.SelectMany(head => Rows(head).Select(rows => Request(width, head, rows)).Append(AppendRequest(width, head))));

    public static AttentionKernels Of(VectorWidth width) =>
        Compiled.GetOrAdd(width, _ => new Lazy<AttentionKernels>(() => new AttentionKernels(width))).Value;

    /// <summary>Numbers of rows that there is a kernel for: all for one head that fills its vectors and one that does not.</summary>
    public static int[] Rows(int headDimension) => headDimension is 64 or 80 ? [1, 2, 3, 4, 5, 6] : [1, 3];

    public static float Scale(int headDimension) => 1f / MathF.Sqrt(headDimension);

    public static KernelRequest Request(VectorWidth width, int headDimension, int rows)
    {
        int stride = AttentionInput.StrideOf(headDimension);
        int vectors = Enumerable.Range(1, 4).Last(count => stride % (count * width.Lanes) == 0);
        return Requests.Of(
            "Attention",
            $"Attention_H{headDimension}_R{rows}",
            width,
            ("HeadDimension", headDimension),
            ("ValueStride", stride),
            ("Scale", Scale(headDimension))).Repeat('r', rows).Repeat('v', vectors);
    }

    private static KernelRequest AppendRequest(VectorWidth width, int headDimension) =>
        Requests.Of(
            "AppendKeyValue",
            "Append" + headDimension,
            width,
            ("HeadDimension", headDimension),
            ("ValueStride", AttentionInput.StrideOf(headDimension)));

    public nint Append(int headDimension) => _library.Pointer("Append" + headDimension);

    /// <summary>Runs the rows [0, queries.Length) and returns their outputs.</summary>
    public unsafe float[][] Run(AttentionInput input, IReadOnlyList<int> queries, IReadOnlyList<int> limits)
    {
        int rows = queries.Count;
        int head = input.HeadDimension;
        using GuardedBuffer scratch = GuardedBuffer.OfFloats(rows * (64 + input.ValueStride + 4));
        GuardedBuffer[] query = [.. queries.Select(i => GuardedBuffer.OfFloats(input.Queries[i]))];
        GuardedBuffer[] output = [.. queries.Select(_ => GuardedBuffer.OfFloats(head))];
        float** queryRows = stackalloc float*[rows];
        float** outputRows = stackalloc float*[rows];
        int* limitRows = stackalloc int[rows];
        for (int r = 0; r < rows; r++)
        {
            queryRows[r] = query[r].Floats;
            outputRows[r] = output[r].Floats;
            limitRows[r] = limits[r];
        }

        var kernel = (delegate*<float*, float*, float**, int*, float**, float*, void>)_library.Pointer($"Attention_H{head}_R{rows}");
        kernel(input.KeyCache.Floats, input.ValueCache.Floats, queryRows, limitRows, outputRows, scratch.Floats);
        scratch.ShouldBeIntact();
        float[][] result = [.. output.Select(o => o.FloatSpan.ToArray())];
        foreach (GuardedBuffer buffer in query.Concat(output))
        {
            buffer.ShouldBeIntact();
            buffer.Dispose();
        }

        return result;
    }
}
