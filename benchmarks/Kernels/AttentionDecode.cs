using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Benchmarks;

/// <summary>The rows of queries of one key/value head over its cache.</summary>
public unsafe class AttentionDecode
{
    private nint _kernel;
    private int _rows;
    private float* _keys;
    private float* _values;
    private float* _queries;
    private float* _scratch;
    private float** _pointers;
    private int* _limits;

    [ParamsSource(nameof(Cases))]
    public KernelCase? Case { get; set; }

    public static IEnumerable<KernelCase> Cases =>
        from width in KernelCase.Widths
        from headDimension in (int[])[64, 128]
        from positions in (int[])[128, 1024, 8192]
        from rows in width.Bits == 512 ? (int[])[1, 4, 6] : [1, 2, 3]
        select new AttentionCase(width, headDimension, positions, rows);

    [GlobalSetup]
    public void Setup()
    {
        var c = (AttentionCase)Case!;
        int head = c.HeadDimension;
        _rows = c.Rows;
        var request = Requests.Of("Attention", "Attention", c.Width, ("HeadDimension", head), ("ValueStride", head), ("Scale", 0.1f))
            .Repeat('r', c.Rows).Repeat('v', 4);
        _kernel = KernelLibrary.Compile(c.Width, [request]).Pointer("Attention");
        _keys = Allocate(c.Positions * head);
        _values = Allocate(c.Positions * head);
        _queries = Allocate(2 * c.Rows * head);
        _scratch = Allocate(c.Rows * (64 + head + 4));
        _pointers = (float**)NativeMemory.Alloc((nuint)(2 * c.Rows * sizeof(float*)));
        _limits = (int*)NativeMemory.Alloc((nuint)(c.Rows * sizeof(int)));
        for (int r = 0; r < c.Rows; r++)
        {
            _limits[r] = c.Positions;
            _pointers[r] = _queries + r * head;
            _pointers[c.Rows + r] = _queries + (c.Rows + r) * head;
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        NativeMemory.AlignedFree(_keys);
        NativeMemory.AlignedFree(_values);
        NativeMemory.AlignedFree(_queries);
        NativeMemory.AlignedFree(_scratch);
        NativeMemory.Free(_pointers);
        NativeMemory.Free(_limits);
    }

    [Benchmark]
    public void Rows() => ((delegate*<float*, float*, float**, int*, float**, float*, void>)_kernel)(
        _keys, _values, _pointers, _limits, _pointers + _rows, _scratch);

    private static float* Allocate(int floats)
    {
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)floats * sizeof(float), 64);
        for (int i = 0; i < floats; i++)
        {
            memory[i] = i % 61 / 61f - 0.5f;
        }

        return memory;
    }
}
