using System;
using ModelGen;
using ModelGen.Overhead.Benchmarks;

// What is not kernels: packing, the worker pool, the generator, memory. Each verb prints a table; nothing here passes or fails.
const string Usage = """
    pack FILE.gguf...                   packs into the temporary folder: MB/s, whole and by phases
    """;

try
{
    switch (args)
    {
        case ["pack", .. { Length: > 0 } files]:
            PackBenchmark.Run(files);
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (ModelGenException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
