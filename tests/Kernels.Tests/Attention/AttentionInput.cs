using System;
using System.Linq;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Tests.Attention;

/// <summary>Queries, keys and values of one head, and its cache as the kernels lay it out.</summary>
internal sealed class AttentionInput : IDisposable
{
    private readonly AttentionShape _shape;

    public AttentionInput(AttentionShape shape, int positions, int rows, FloatKind kind, float queryScale, Random random)
    {
        _shape = shape;
        Queries = [.. Enumerable.Range(0, rows).Select(_ => FloatValues.Create(random, shape.HeadDimension, kind))];
        foreach (float[] query in Queries)
        {
            for (int d = 0; d < query.Length; d++)
            {
                query[d] *= queryScale;
            }
        }

        Keys = [.. Enumerable.Range(0, positions).Select(_ => FloatValues.Create(random, shape.HeadDimension, FloatKind.Usual))];
        Values = [.. Enumerable.Range(0, positions).Select(_ => FloatValues.Create(random, shape.HeadDimension, kind))];

        // What a kernel may read ends with the last block.
        int blocks = (positions + AttentionShape.BlockKeys - 1) / AttentionShape.BlockKeys;
        KeyCache = new GuardedBuffer(blocks * shape.KeyBlockBytes);
        ValueCache = new GuardedBuffer(blocks * shape.ValueBlockBytes);

        // Keys and values that are not there yet are stale: large numbers and scales, so that one that is not masked is seen.
        KeyCache.FloatSpan.Fill(1000f);
        ValueCache.FloatSpan.Fill(1000f);
    }

    public float[][] Queries { get; }

    public float[][] Keys { get; }

    public float[][] Values { get; }

    public GuardedBuffer KeyCache { get; }

    public GuardedBuffer ValueCache { get; }

    public void Fill(AttentionKernels kernels)
    {
        for (int position = 0; position < Keys.Length; position++)
        {
            Append(kernels, position);
        }
    }

    public unsafe void Append(AttentionKernels kernels, int position)
    {
        // A row's neighbours in memory are other heads; NaN stands for them.
        using GuardedBuffer key = GuardedBuffer.OfFloats(Keys[position]);
        using GuardedBuffer value = GuardedBuffer.OfFloats(Values[position]);
        var append = (delegate*<float*, float*, byte*, byte*, int, void>)kernels.Pointer(_shape, "Append");
        append(key.Floats, value.Floats, KeyCache.Bytes, ValueCache.Bytes, position);
    }

    public void Dispose()
    {
        KeyCache.Dispose();
        ValueCache.Dispose();
    }
}
