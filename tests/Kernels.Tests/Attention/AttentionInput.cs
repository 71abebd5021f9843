using System;
using System.Linq;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Tests.Attention;

/// <summary>Queries, keys and values of one head, and its cache as the kernels lay it out.</summary>
internal sealed class AttentionInput : IDisposable
{
    private const int BlockKeys = 64;

    public AttentionInput(int headDimension, int positions, int rows, FloatKind kind, float queryScale, Random random)
    {
        HeadDimension = headDimension;
        ValueStride = StrideOf(headDimension);
        Queries = [.. Enumerable.Range(0, rows).Select(_ => FloatValues.Create(random, headDimension, kind))];
        foreach (float[] query in Queries)
        {
            for (int d = 0; d < headDimension; d++)
            {
                query[d] *= queryScale;
            }
        }

        Keys = [.. Enumerable.Range(0, positions).Select(_ => FloatValues.Create(random, headDimension, FloatKind.Usual))];
        Values = [.. Enumerable.Range(0, positions).Select(_ => FloatValues.Create(random, headDimension, kind))];

        // What a kernel may read ends with the last block of keys and the last value; the guard behind it is NaN.
        int blocks = (positions + BlockKeys - 1) / BlockKeys;
        KeyCache = GuardedBuffer.OfFloats(blocks * BlockKeys * headDimension);
        ValueCache = GuardedBuffer.OfFloats(positions * ValueStride);

        // Keys that are not there yet are stale: large, so that one that is not masked is seen.
        KeyCache.FloatSpan.Fill(1000f);
        ValueCache.FloatSpan.Clear();
    }

    public int HeadDimension { get; }

    public int ValueStride { get; }

    public float[][] Queries { get; }

    public float[][] Keys { get; }

    public float[][] Values { get; }

    public GuardedBuffer KeyCache { get; }

    public GuardedBuffer ValueCache { get; }

    public static int StrideOf(int headDimension) => (headDimension + 15) / 16 * 16;

    public void Fill(nint append)
    {
        for (int position = 0; position < Keys.Length; position++)
        {
            Append(append, position);
        }
    }

    public unsafe void Append(nint append, int position)
    {
        fixed (float* key = Keys[position], value = Values[position])
        {
            ((delegate*<float*, float*, float*, float*, int, void>)append)(key, value, KeyCache.Floats, ValueCache.Floats, position);
        }
    }

    public void Dispose()
    {
        KeyCache.Dispose();
        ValueCache.Dispose();
    }
}
