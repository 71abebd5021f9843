using System;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Benchmarks;

/// <summary>
/// The attention kernels that a plan asks for at one shape, with a cache to run them over: what the emitted jobs do with one key/value head.
/// </summary>
internal sealed unsafe class AttentionRun : IDisposable
{
    private const int BlockKeys = KeyValueLayout.BlockKeys;
    private const int RangeKeys = KeyValueLayout.RangeKeys;

    private readonly AttentionCase _case;
    private readonly KeyValueLayout _plan;
    private readonly delegate*<byte*, int, float*, float*, void> _decodeScores;
    private readonly delegate*<byte*, int, float*, float*, void> _decodeValues;
    private readonly delegate*<byte*, int, float*, float*, void> _prefillScores;
    private readonly delegate*<byte*, int, float*, float*, void> _prefillValues;
    private readonly delegate*<byte*, int, float*, void> _unpackKeys;
    private readonly delegate*<byte*, int, float*, void> _unpackValues;
    private readonly delegate*<float*, byte*, int, int, float*, void> _softmax;
    private readonly delegate*<float*, float*, void> _merge;
    private readonly delegate*<float*, float*, void> _finish;
    private readonly int _decodeScoresTile;
    private readonly int _decodeValuesTile;
    private readonly int _prefillScoresTile;
    private readonly int _prefillValuesTile;
    private readonly byte* _keys;
    private readonly byte* _values;
    private readonly float* _queries;
    private readonly float* _scores;
    private readonly float* _totals;
    private readonly float* _others;
    private readonly float* _floats;
    private readonly float* _output;

    public AttentionRun(AttentionCase c)
    {
        _case = c;
        _plan = KeyValueLayout.Create(c.Format, c.HeadDimension, c.Positions);
        var kernels = new Generator.Plan.Kernels();
        float scale = 1f / MathF.Sqrt(c.HeadDimension);
        AttentionKernels names = AttentionKernels.Plan(kernels, _plan, c.HeadDimension, c.GroupSize, scale);
        string append = AttentionKernels.Append(kernels, _plan, c.HeadDimension);
        KernelPlan[] plans = [.. kernels.All];
        KernelLibrary library = KernelLibrary.Compile(c.Width, plans.Select(plan => Named(plan.Request(c.Width), plan.Name)));
        _decodeScores = (delegate*<byte*, int, float*, float*, void>)library.Pointer(names.RowScores!);
        _decodeValues = (delegate*<byte*, int, float*, float*, void>)library.Pointer(names.RowValues!);
        _prefillScores = (delegate*<byte*, int, float*, float*, void>)library.Pointer(names.TileScores);
        _prefillValues = (delegate*<byte*, int, float*, float*, void>)library.Pointer(names.TileValues);
        _softmax = (delegate*<float*, byte*, int, int, float*, void>)library.Pointer(names.Softmax);
        _merge = (delegate*<float*, float*, void>)library.Pointer(names.Merge);
        _finish = (delegate*<float*, float*, void>)library.Pointer(names.Finish);
        if (names.UnpackKeys is string unpackKeys && names.UnpackValues is string unpackValues)
        {
            _unpackKeys = (delegate*<byte*, int, float*, void>)library.Pointer(unpackKeys);
            _unpackValues = (delegate*<byte*, int, float*, void>)library.Pointer(unpackValues);
        }

        _decodeScoresTile = Tile(names.RowScores!);
        _decodeValuesTile = Tile(names.RowValues!);
        _prefillScoresTile = Tile(names.TileScores);
        _prefillValuesTile = Tile(names.TileValues);

        int rows = AttentionKernels.ChunkRows(_plan);
        _keys = (byte*)Allocate((c.Positions + BlockKeys - 1) / BlockKeys * (long)_plan.KeyBlockBytes);
        _values = (byte*)Allocate((c.Positions + BlockKeys - 1) / BlockKeys * (long)_plan.ValueBlockBytes);
        _queries = Allocate((c.Positions * c.GroupSize + rows) * (long)_plan.Stride * sizeof(float));
        _scores = Allocate((long)rows * RangeKeys * sizeof(float));
        _totals = Allocate((long)rows * _plan.SumFloats * sizeof(float));
        _others = Allocate((long)rows * _plan.SumFloats * sizeof(float));
        _floats = Allocate((long)BlockKeys * (_plan.Stride + _plan.KeyScaleGroups + 1) * sizeof(float));
        _output = Allocate(c.HeadDimension * sizeof(float));
        Fill((delegate*<float*, float*, byte*, byte*, int, void>)library.Pointer(append));

        int Tile(string name) => plans.Single(plan => plan.Name == name).Tile(c.Width);
    }

    /// <summary>One token's group of heads over all positions.</summary>
    public void Decode()
    {
        for (int first = 0; first < _case.Positions; first += RangeKeys)
        {
            byte* keys = _keys + first / BlockKeys * (long)_plan.KeyBlockBytes;
            byte* values = _values + first / BlockKeys * (long)_plan.ValueBlockBytes;
            float* sums = first == 0 ? _totals : _others;
            int count = Math.Min(_case.Positions - first, RangeKeys);
            for (int row = 0; row < _case.GroupSize; row += _decodeScoresTile)
            {
                _decodeScores(keys, count, _queries + row * _plan.Stride, _scores + row * RangeKeys);
            }

            for (int row = 0; row < _case.GroupSize; row++)
            {
                _softmax(_scores + row * RangeKeys, values, count, count, sums + row * _plan.SumFloats);
            }

            for (int row = 0; row < _case.GroupSize; row += _decodeValuesTile)
            {
                _decodeValues(values, count, _scores + row * RangeKeys, sums + row * _plan.SumFloats);
            }

            for (int row = 0; first > 0 && row < _case.GroupSize; row++)
            {
                _merge(_others + row * _plan.SumFloats, _totals + row * _plan.SumFloats);
            }
        }

        for (int row = 0; row < _case.GroupSize; row++)
        {
            _finish(_totals + row * _plan.SumFloats, _output);
        }
    }

    /// <summary>Every position's group of heads over the positions up to it.</summary>
    public void Prefill()
    {
        int chunk = AttentionKernels.ChunkRows(_plan);
        int all = _case.Positions * _case.GroupSize;
        for (int firstRow = 0; firstRow < all; firstRow += chunk)
        {
            int rows = Math.Min(chunk, all - firstRow);
            for (int first = 0; first < Limit(firstRow + rows - 1); first += RangeKeys)
            {
                PrefillRange(firstRow, rows, first);
            }

            for (int row = 0; row < rows; row++)
            {
                _finish(_totals + row * _plan.SumFloats, _output);
            }
        }
    }

    public void Dispose()
    {
        foreach (nint memory in (nint[])[(nint)_keys, (nint)_values, (nint)_queries, (nint)_scores, (nint)_totals, (nint)_others, (nint)_floats, (nint)_output])
        {
            NativeMemory.AlignedFree((void*)memory);
        }
    }

    private void PrefillRange(int firstRow, int rows, int first)
    {
        byte* keys = _keys + first / BlockKeys * (long)_plan.KeyBlockBytes;
        byte* values = _values + first / BlockKeys * (long)_plan.ValueBlockBytes;
        float* sums = first == 0 ? _totals : _others;
        int count = Math.Min(Limit(firstRow + rows - 1) - first, RangeKeys);
        for (int block = 0; block < count; block += BlockKeys)
        {
            byte* floats = keys + block / BlockKeys * _plan.KeyBlockBytes;
            if (_unpackKeys != null)
            {
                _unpackKeys(floats, _plan.Stride / _plan.Parts, _floats);
                floats = (byte*)_floats;
            }

            for (int row = 0; row < rows; row += _prefillScoresTile)
            {
                int seen = Limit(firstRow + Math.Min(row + _prefillScoresTile, rows) - 1) - first - block;
                if (seen > 0)
                {
                    float* queries = _queries + (firstRow + row) * (long)_plan.Stride;
                    _prefillScores(floats, Math.Min(seen, BlockKeys), queries, _scores + row * RangeKeys + block);
                }
            }
        }

        for (int row = 0; row < rows; row++)
        {
            int tileEnd = Math.Min(row / _prefillValuesTile * _prefillValuesTile + _prefillValuesTile, rows);
            int seen = Math.Min(Limit(firstRow + row) - first, RangeKeys);
            if (seen > 0)
            {
                int tileSeen = Math.Min(Limit(firstRow + tileEnd - 1) - first, RangeKeys);
                _softmax(_scores + row * RangeKeys, values, seen, tileSeen, sums + row * _plan.SumFloats);
            }
        }

        for (int block = 0; block < count; block += BlockKeys)
        {
            byte* floats = values + block / BlockKeys * _plan.ValueBlockBytes;
            if (_unpackValues != null)
            {
                _unpackValues(floats, BlockKeys, _floats);
                floats = (byte*)_floats;
            }

            for (int row = 0; row < rows; row += _prefillValuesTile)
            {
                int seen = Limit(firstRow + Math.Min(row + _prefillValuesTile, rows) - 1) - first - block;
                if (seen > 0)
                {
                    _prefillValues(floats, Math.Min(seen, BlockKeys), _scores + row * RangeKeys + block, sums + row * _plan.SumFloats);
                }
            }
        }

        for (int row = 0; first > 0 && row < rows; row++)
        {
            if (Limit(firstRow + row) > first)
            {
                _merge(_others + row * _plan.SumFloats, _totals + row * _plan.SumFloats);
            }
        }
    }

    private int Limit(int row) => row / _case.GroupSize + 1;

    private void Fill(delegate*<float*, float*, byte*, byte*, int, void> append)
    {
        float* row = Allocate(2 * _case.HeadDimension * sizeof(float));
        for (int position = 0; position < _case.Positions; position++)
        {
            for (int d = 0; d < 2 * _case.HeadDimension; d++)
            {
                row[d] = (position * 7 + d * 3) % 61 / 61f - 0.5f;
            }

            append(row, row + _case.HeadDimension, _keys, _values, position);
        }

        NativeMemory.AlignedFree(row);
    }

    private static KernelRequest Named(KernelRequest request, string name) =>
        new(request.KernelFile, name, request.Width, request.Constants, request.Repeats);

    private static float* Allocate(long bytes)
    {
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        for (long i = 0; i < bytes / sizeof(float); i++)
        {
            memory[i] = i % 61 / 61f - 0.5f;
        }

        return memory;
    }
}
