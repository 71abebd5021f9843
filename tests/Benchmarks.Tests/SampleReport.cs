using ModelGen.Compare.Reporting;

namespace ModelGen.Benchmarks.Tests;

/// <summary>A report with round numbers.</summary>
internal static class SampleReport
{
    public static Report Create() => new(
        new Machine("A processor <with> marks", 2, "Linux", ".NET 10.0.0", "10.0.100", "v0.5.0, libggml-cpu-zen4.so", 3),
        [new Bandwidth(1, 20e9), new Bandwidth(2, 40e9)],
        [
            new ModelReport(
                "one",
                "llama",
                1_000_000,
                100_000_000,
                "Avx512",
                "6 of 6",
                1,
                [
                    new Cell(2, "prefill", "JIT", [190, 200, 210], [400, 390, 410]),
                    new Cell(2, "decode", "JIT", [100, 120, 110], [55, 50, 60]),
                    new Cell(2, "depth", "JIT", [99, 99, 99], [44, 44, 44]),
                    new Cell(2, "decode", "AOT v4", [1, 1, 1], [55, 50, 60]),
                    new Cell(2, "start", "JIT", [100, 100, 100], [250, 250, 250]),
                    new Cell(0, "size", "JIT", [2], [8]),
                ]),
        ]);
}
