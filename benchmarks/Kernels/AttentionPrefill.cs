using System;
using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;

namespace ModelGen.Kernels.Benchmarks;

/// <summary>512 tokens' query heads of one key/value head, each over the tokens up to itself.</summary>
public class AttentionPrefill
{
    private AttentionRun? _run;

    [ParamsSource(nameof(Cases))]
    public KernelCase? Case { get; set; }

    public static IEnumerable<KernelCase> Cases =>
        from width in KernelCase.Widths
        from format in Enum.GetValues<KeyValueFormat>()
        from shape in AttentionCase.Shapes
        select new AttentionCase(width, format, shape.HeadDimension, shape.GroupSize, positions: 512, isPrefill: true);

    [GlobalSetup]
    public void Setup() => _run = new AttentionRun((AttentionCase)Case!);

    [GlobalCleanup]
    public void Cleanup() => _run!.Dispose();

    [Benchmark]
    public void Tokens() => _run!.Prefill();
}
