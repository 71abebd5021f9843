using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Tests.Attention;

/// <summary>
/// The attention kernels of all shapes under one width, and what the emitted code does with them: a token's group of heads over one range after
/// the other, and a batch's rows.
/// </summary>
internal sealed class AttentionKernels
{
    private const int BlockKeys = AttentionShape.BlockKeys;
    private const int RangeKeys = AttentionShape.RangeKeys;

    private static readonly ConcurrentDictionary<VectorWidth, Lazy<AttentionKernels>> Compiled = new();

    private readonly KernelLibrary _library;
    private readonly Dictionary<AttentionShape, Generator.Plan.AttentionKernels> _names = [];
    private readonly Dictionary<string, KernelPlan> _plans = [];
    private readonly VectorWidth _width;

    private AttentionKernels(VectorWidth width)
    {
        _width = width;
        var requests = new List<KernelRequest>();
        foreach (AttentionShape shape in AttentionShape.All)
        {
            (Generator.Plan.AttentionKernels names, IReadOnlyDictionary<string, KernelPlan> plans) = shape.Plan();
            _names.Add(shape, names);
            foreach (KernelPlan plan in plans.Values)
            {
                // The kernels of a model are told apart by what differs in one model; here shapes stand beside each other.
                string name = Unique(shape, plan.Name);
                _plans.Add(name, plan);
                KernelRequest request = plan.Request(width);
                requests.Add(new KernelRequest(request.KernelFile, name, width, request.Constants, request.Repeats));
            }
        }

        _library = KernelLibrary.Compile(width, requests);
    }

    public static AttentionKernels Of(VectorWidth width) =>
        Compiled.GetOrAdd(width, _ => new Lazy<AttentionKernels>(() => new AttentionKernels(width))).Value;

    /// <summary>The kernel that a shape's plan names by <paramref name="role"/>.</summary>
    public nint Pointer(AttentionShape shape, string role) => _library.Pointer(NameOf(shape, role));

    /// <summary>Rows of a tile of a kernel.</summary>
    public int Tile(AttentionShape shape, string role) => _plans[NameOf(shape, role)].Tile(_width);

    /// <summary>As decode does: GroupSize rows from <paramref name="firstRow"/> over the first <paramref name="limit"/> keys.</summary>
    public unsafe float[][] Decode(AttentionShape shape, AttentionInput input, int limit, int firstRow = 0)
    {
        int rows = shape.GroupSize;
        int padded = Generator.Plan.AttentionKernels.PaddedRows(rows);
        var scoresKernel = (delegate*<byte*, int, float*, float*, void>)Pointer(shape, "RowScores");
        var valuesKernel = (delegate*<byte*, int, float*, float*, void>)Pointer(shape, "RowValues");
        int scoresTile = Tile(shape, "RowScores");
        int valuesTile = Tile(shape, "RowValues");
        using GuardedBuffer queries = Prepare(shape, input, firstRow, rows, padded);
        using GuardedBuffer scores = GuardedBuffer.OfFloats(padded * RangeKeys);
        using GuardedBuffer totals = GuardedBuffer.OfFloats(padded * shape.SumFloats);
        using GuardedBuffer others = GuardedBuffer.OfFloats(padded * shape.SumFloats);
        for (int first = 0; first < limit; first += RangeKeys)
        {
            byte* keys = input.KeyCache.Bytes + first / BlockKeys * shape.KeyBlockBytes;
            byte* values = input.ValueCache.Bytes + first / BlockKeys * shape.ValueBlockBytes;
            float* sums = first == 0 ? totals.Floats : others.Floats;
            int count = Math.Min(limit - first, RangeKeys);
            for (int row = 0; row < rows; row += scoresTile)
            {
                scoresKernel(keys, count, queries.Floats + row * shape.Stride, scores.Floats + row * RangeKeys);
            }

            for (int row = 0; row < rows; row++)
            {
                Softmax(shape, scores.Floats + row * RangeKeys, values, count, count, sums + row * shape.SumFloats);
            }

            for (int row = 0; row < rows; row += valuesTile)
            {
                valuesKernel(values, count, scores.Floats + row * RangeKeys, sums + row * shape.SumFloats);
            }

            for (int row = 0; first > 0 && row < rows; row++)
            {
                Merge(shape, others.Floats + row * shape.SumFloats, totals.Floats + row * shape.SumFloats);
            }
        }

        foreach (GuardedBuffer buffer in (GuardedBuffer[])[queries, scores, totals, others])
        {
            buffer.ShouldBeIntact();
        }

        return Finish(shape, totals, rows);
    }

    /// <summary>As prefill does: some rows, each over its own number of keys, in growing order.</summary>
    public unsafe float[][] Prefill(AttentionShape shape, AttentionInput input, IReadOnlyList<int> limits)
    {
        int rows = limits.Count;
        int padded = shape.ChunkRows;
        var scoresKernel = (delegate*<byte*, int, float*, float*, void>)Pointer(shape, "TileScores");
        var valuesKernel = (delegate*<byte*, int, float*, float*, void>)Pointer(shape, "TileValues");
        int scoresTile = Tile(shape, "TileScores");
        int valuesTile = Tile(shape, "TileValues");
        using GuardedBuffer queries = Prepare(shape, input, 0, rows, padded);
        using GuardedBuffer scores = GuardedBuffer.OfFloats(padded * RangeKeys);
        using GuardedBuffer totals = GuardedBuffer.OfFloats(padded * shape.SumFloats);
        using GuardedBuffer others = GuardedBuffer.OfFloats(padded * shape.SumFloats);
        using GuardedBuffer floatKeys = GuardedBuffer.OfFloats(BlockKeys * (shape.Stride + shape.KeyScaleGroups));
        using GuardedBuffer floatValues = GuardedBuffer.OfFloats(BlockKeys * (shape.Stride + Math.Min(shape.KeyScaleGroups, 1)));
        for (int first = 0; first < limits[^1]; first += RangeKeys)
        {
            byte* keys = input.KeyCache.Bytes + first / BlockKeys * shape.KeyBlockBytes;
            byte* values = input.ValueCache.Bytes + first / BlockKeys * shape.ValueBlockBytes;
            float* sums = first == 0 ? totals.Floats : others.Floats;
            int count = Math.Min(limits[^1] - first, RangeKeys);
            for (int block = 0; block < count; block += BlockKeys)
            {
                byte* floats = Unpack(shape, "UnpackKeys", keys + block / BlockKeys * shape.KeyBlockBytes, shape.Stride / shape.Parts, floatKeys);
                for (int row = 0; row < rows; row += scoresTile)
                {
                    int seen = limits[Math.Min(row + scoresTile, rows) - 1] - first - block;
                    if (seen > 0)
                    {
                        scoresKernel(floats, Math.Min(seen, BlockKeys), queries.Floats + row * shape.Stride, scores.Floats + row * RangeKeys + block);
                    }
                }
            }

            for (int row = 0; row < rows; row++)
            {
                int tileSeen = limits[Math.Min(row / valuesTile * valuesTile + valuesTile, rows) - 1] - first;
                if (limits[row] > first)
                {
                    Softmax(
                        shape,
                        scores.Floats + row * RangeKeys,
                        values,
                        Math.Min(limits[row] - first, RangeKeys),
                        Math.Min(tileSeen, RangeKeys),
                        sums + row * shape.SumFloats);
                }
            }

            for (int block = 0; block < count; block += BlockKeys)
            {
                byte* floats = Unpack(shape, "UnpackValues", values + block / BlockKeys * shape.ValueBlockBytes, BlockKeys, floatValues);
                for (int row = 0; row < rows; row += valuesTile)
                {
                    int seen = limits[Math.Min(row + valuesTile, rows) - 1] - first - block;
                    if (seen > 0)
                    {
                        valuesKernel(floats, Math.Min(seen, BlockKeys), scores.Floats + row * RangeKeys + block, sums + row * shape.SumFloats);
                    }
                }
            }

            for (int row = 0; first > 0 && row < rows; row++)
            {
                if (limits[row] > first)
                {
                    Merge(shape, others.Floats + row * shape.SumFloats, totals.Floats + row * shape.SumFloats);
                }
            }
        }

        foreach (GuardedBuffer buffer in (GuardedBuffer[])[queries, scores, totals, others, floatKeys, floatValues])
        {
            buffer.ShouldBeIntact();
        }

        return Finish(shape, totals, rows);
    }

    private unsafe GuardedBuffer Prepare(AttentionShape shape, AttentionInput input, int first, int rows, int padded)
    {
        var prepare = (delegate*<float*, float*, void>)Pointer(shape, "Prepare");
        GuardedBuffer prepared = GuardedBuffer.OfFloats(padded * shape.Stride);
        prepared.FloatSpan.Clear();
        for (int row = 0; row < rows; row++)
        {
            using GuardedBuffer query = GuardedBuffer.OfFloats(input.Queries[first + row]);
            prepare(query.Floats, prepared.Floats + row * shape.Stride);
        }

        return prepared;
    }

    private unsafe void Softmax(AttentionShape shape, float* scores, byte* values, int visible, int count, float* sums) =>
        ((delegate*<float*, byte*, int, int, float*, void>)Pointer(shape, "Softmax"))(scores, values, visible, count, sums);

    private unsafe void Merge(AttentionShape shape, float* range, float* total) =>
        ((delegate*<float*, float*, void>)Pointer(shape, "Merge"))(range, total);

    private unsafe byte* Unpack(AttentionShape shape, string role, byte* block, int rows, GuardedBuffer floats)
    {
        if (shape.Parts == 1)
        {
            return block;
        }

        ((delegate*<byte*, int, float*, void>)Pointer(shape, role))(block, rows, floats.Floats);
        return floats.Bytes;
    }

    private unsafe float[][] Finish(AttentionShape shape, GuardedBuffer totals, int rows)
    {
        var finish = (delegate*<float*, float*, void>)Pointer(shape, "Finish");
        float[][] outputs = new float[rows][];
        for (int row = 0; row < rows; row++)
        {
            using GuardedBuffer output = GuardedBuffer.OfFloats(shape.HeadDimension);
            finish(totals.Floats + row * shape.SumFloats, output.Floats);
            output.ShouldBeIntact();
            outputs[row] = output.FloatSpan.ToArray();
        }

        return outputs;
    }

    private static string Unique(AttentionShape shape, string name) => $"{name}_{shape.Format}_{shape.GroupSize}";

    private string NameOf(AttentionShape shape, string role)
    {
        Generator.Plan.AttentionKernels names = _names[shape];
        string name = role == AttentionShape.Append
            ? shape.AppendName
            : (string)typeof(Generator.Plan.AttentionKernels).GetProperty(role)!.GetValue(names)!;
        return Unique(shape, name);
    }
}
