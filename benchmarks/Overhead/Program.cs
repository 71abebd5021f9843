using System;
using ModelGen;
using ModelGen.Overhead.Benchmarks;

// What is not kernels: packing, the worker pool, the generator, memory, starting, grammars, engines. Each verb prints a table; nothing passes or fails.
const string Usage = """
    pack FILE.gguf...                   packs into the temporary folder: MB/s, whole and by phases
    engine FILE.gguf [THREADS]          several clients of one model at once, prompts that begin alike, prompt lookup
    grammars FILE.gguf                  compiling grammars, and masks of the file's vocabulary
    schemas FILE.gguf FOLDER            the same over schemas of APIs and of the folder, the official suite of JSON Schema
    samplers FILE.gguf                  choosing a token of the file's vocabulary
    generate FILE.gguf...               the generator's time, the lines that it emits, the compiler's time on them
    pages FILE                          first and later passes over a mapped file, by how its pages come
    start PROGRAM...                    programs from their start to their end, in turns
    workers [THREADS]                   steps of the worker pool, alone and beside busy processes
    """;

try
{
    switch (args)
    {
        case ["pack", .. { Length: > 0 } files]:
            PackBenchmark.Run(files);
            return 0;
        case ["generate", .. { Length: > 0 } files]:
            GenerateBenchmark.Run(files);
            return 0;
        case ["engine", var file]:
            await EngineBenchmark.RunAsync(file, threads: 0);
            return 0;
        case ["engine", var file, var count] when int.TryParse(count, out int threads):
            await EngineBenchmark.RunAsync(file, threads);
            return 0;
        case ["grammars", var file]:
            GrammarsBenchmark.Run(file);
            return 0;
        case ["schemas", var file, var folder]:
            SchemasBenchmark.Run(file, folder);
            return 0;
        case ["samplers", var file]:
            SamplersBenchmark.Run(file);
            return 0;
        case ["pages", var file]:
            PagesBenchmark.Run(file);
            return 0;
        case ["start", .. { Length: > 0 } programs]:
            StartBenchmark.Run(programs);
            return 0;
        case ["workers"]:
            WorkersBenchmark.Run(threads: 0);
            return 0;
        case ["workers", var count] when int.TryParse(count, out int workers):
            WorkersBenchmark.Run(workers);
            return 0;
        case [WorkersBenchmark.BusyVerb]:
            WorkersBenchmark.Burn();
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
