using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;
using ModelGen.Formats;

namespace ModelGen.Kernels.Benchmarks;

/// <summary>Tiles of tokens through a matrix that lies in the second-level cache: bounded by arithmetic, so Gop/s is what counts.</summary>
public class MatMulPrefill
{
    private const int Columns = 1024;
    private const int Rows = 256;

    private MatMulRun? _run;

    [ParamsSource(nameof(Cases))]
    public KernelCase? Case { get; set; }

    public static IEnumerable<KernelCase> Cases =>
        from format in TensorFormat.All
        from width in KernelCase.Widths
        from tokens in width.Bits == 512 ? (int[])[4, 8, 12, 16] : [1, 3, 12]
        select new MatMulCase(format, width, Rows, Columns, tokens);

    [GlobalSetup]
    public void Setup() => _run = new MatMulRun((MatMulCase)Case!);

    [GlobalCleanup]
    public void Cleanup() => _run!.Dispose();

    [Benchmark]
    public void Tile() => _run!.Invoke();
}
