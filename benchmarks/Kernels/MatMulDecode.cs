using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;
using ModelGen.Formats;

namespace ModelGen.Kernels.Benchmarks;

/// <summary>One token through a matrix that no cache holds: bounded by memory, so GB/s is what counts.</summary>
public class MatMulDecode
{
    private const int Columns = 4096;
    private const long WeightBytes = 256L << 20;

    private MatMulRun? _run;

    [ParamsSource(nameof(Cases))]
    public KernelCase? Case { get; set; }

    public static IEnumerable<KernelCase> Cases =>
        from format in TensorFormat.All
        from width in KernelCase.Widths
        select new MatMulCase(format, width, (int)(WeightBytes / format.StripBytes(Columns)) * TensorFormat.StripRows, Columns, 1);

    [GlobalSetup]
    public void Setup() => _run = new MatMulRun((MatMulCase)Case!);

    [GlobalCleanup]
    public void Cleanup() => _run!.Dispose();

    [Benchmark]
    public void OneToken() => _run!.Invoke();
}
