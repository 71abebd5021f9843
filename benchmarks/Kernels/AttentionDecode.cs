using System;
using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;

namespace ModelGen.Kernels.Benchmarks;

/// <summary>
/// One token's query heads of one key/value head over its cache, which lies in the processor's caches here: in a model it comes from memory.
/// The shapes are SmolLM2 135M (3 of 64), Qwen2.5 0.5B (7 of 64), Qwen3 0.6B (2 of 128) and Llama 3.2 1B (4 of 64).
/// </summary>
public class AttentionDecode
{
    private AttentionRun? _run;

    [ParamsSource(nameof(Cases))]
    public KernelCase? Case { get; set; }

    public static IEnumerable<KernelCase> Cases =>
        from width in KernelCase.Widths
        from format in Enum.GetValues<KeyValueFormat>()
        from shape in AttentionCase.Shapes
        select new AttentionCase(width, format, shape.HeadDimension, shape.GroupSize, positions: 1088, isPrefill: false);

    [GlobalSetup]
    public void Setup() => _run = new AttentionRun((AttentionCase)Case!);

    [GlobalCleanup]
    public void Cleanup() => _run!.Dispose();

    [Benchmark]
    public void Token() => _run!.Decode();
}
