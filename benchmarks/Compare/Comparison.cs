using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Compare.Building;
using ModelGen.Compare.Llama;
using ModelGen.Compare.Measuring;
using ModelGen.Compare.Reporting;

namespace ModelGen.Compare;

/// <summary>One run over some models.</summary>
/// <param name="options">What to measure.</param>
/// <param name="progress">Told what is being done.</param>
internal sealed class Comparison(CompareOptions options, Action<string> progress)
{
    /// <summary>Tokens of a session: room for every test, and what a small program would choose.</summary>
    private const int ContextLength = 2048;

    private readonly MachineLock _lock = new(options.LockFile);
    private readonly Dictionary<int, double> _bandwidth = [];

    /// <summary>Measures all models; <paramref name="completed"/> gets the report as it stands after each.</summary>
    public Report Run(Action<Report> completed)
    {
        string llamaFolder = LlamaFolder.Find(options.LlamaFolder, Repository.Root);
        (string version, string cpuLibrary) = EngineProgram.DescribeLlama(llamaFolder);
        Machine machine = new(
            ProcessorName(),
            Environment.ProcessorCount,
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            DotnetCommand.Version(Repository.Root),
            version + ", " + cpuLibrary,
            options.Repetitions);

        List<ModelReport> models = [];
        Report report = new(machine, [], models);
        foreach (string path in options.Models)
        {
            models.Add(Measure(ModelFacts.Read(path), llamaFolder, cpuLibrary));
            report = report with { Bandwidth = [.. _bandwidth.OrderBy(entry => entry.Key).Select(entry => new Bandwidth(entry.Key, entry.Value))] };
            completed(report);
        }

        return report;
    }

    private static string ProcessorName()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }

    private ModelReport Measure(ModelFacts model, string llamaFolder, string cpuLibrary)
    {
        int context = int.Min(ContextLength, model.ContextLength);
        ModelProgram[] programs = [.. Variants().Select(variant => Build(model, context, variant))];
        EngineProgram llama = EngineProgram.OfLlama(llamaFolder, model, context);
        EngineProgram[] all = [.. programs.Select(EngineProgram.Of), llama];
        EngineProgram[] fast = options.AotSpeed ? all : [all[0], llama];

        List<Cell> cells = [];
        string? instructionSet = null;
        int same = 0;
        int compared = 0;
        int disturbed = 0;
        foreach (int threads in options.Threads)
        {
            MeasureBandwidth(threads);
            Test[] speeds = [.. options.Tests.Where(test => test.IsSpeed)];
            if (speeds.Length > 0)
            {
                progress($"{model.Name}: starting and warming up, threads: {threads}");
                using SpeedComparison comparison = new(fast, threads, options.Repetitions, _lock);
                foreach (Test test in speeds)
                {
                    if (TokensOf(test) > context)
                    {
                        progress($"{model.Name}: {test.Title} is left out: its context holds {context} tokens");
                        continue;
                    }

                    progress($"{model.Name}: {test.Title}, threads: {threads}");
                    cells.AddRange(comparison.Measure(test));
                }

                cells.AddRange(comparison.MeasureMemory());
                instructionSet = comparison.InstructionSet;
                same += comparison.Agreement.Same;
                compared += comparison.Agreement.Compared;
                disturbed += comparison.Disturbed;
            }

            if (options.Tests.Contains(Test.Start))
            {
                progress($"{model.Name}: {Test.Start.Title}, threads: {threads}");
                cells.AddRange(StartComparison.Measure(all, threads, options.Repetitions, _lock));
            }
        }

        if (options.Tests.Contains(Test.Size))
        {
            double theirs = LlamaFolder.Size(llamaFolder, cpuLibrary) / Units.BytesPerMegabyte;
            cells.AddRange(programs.Select(program => new Cell(0, Test.Size.Key, program.Variant.Name, [program.Size() / Units.BytesPerMegabyte], [theirs])));
        }

        return new ModelReport(
            model.Name,
            model.Architecture,
            model.ParameterCount,
            model.BytesPerToken,
            instructionSet,
            compared == 0 ? null : $"{same} of {compared}",
            disturbed,
            cells);
    }

    private static int TokensOf(Test test) =>
        test == Test.Prefill ? Test.PrefillTokens : test == Test.Batch ? Test.SequenceTokens : Test.DecodeTokens + (test == Test.DecodeAtDepth ? Test.Depth : 0);

    private IEnumerable<Variant> Variants() => options.Aot ? [Variant.Jit, .. Variant.Aot] : [Variant.Jit];

    private ModelProgram Build(ModelFacts model, int context, Variant variant)
    {
        progress($"{model.Name}: building ({variant.Name}) where it is not up to date");
        using IDisposable? shared = _lock.ForBuilding();
        return new ModelProject(model, context, options.Attribute, ModelProject.Decoders).Build(variant);
    }

    private void MeasureBandwidth(int threads)
    {
        using IDisposable? exclusive = _lock.ForMeasuring();
        _bandwidth[threads] = double.Max(_bandwidth.GetValueOrDefault(threads), MemoryBandwidth.Measure(threads));
    }
}
