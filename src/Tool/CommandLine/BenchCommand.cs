using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using ModelGen.Tool.Caching;
using ModelGen.Tool.Compilation;
using ModelGen.Tool.Measuring;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen bench</c>: how fast a model is here.</summary>
internal static class BenchCommand
{
    private static readonly Option<int[]> Threads = CommonOptions.ThreadList();

    private static readonly Option<int> Repetitions = new Option<int>("--reps")
    {
        Description = "Repetitions of each measurement, of which the median is given",
        DefaultValueFactory = _ => 5,
    }.Between(1, 1000);

    public static Command Create(ToolHost host)
    {
        Command command = new("bench", "Measures tokens a second: a prompt of 512 tokens, and 128 tokens one after the other.");
        CommonOptions.AddLoading(command);
        command.Options.Add(Threads);
        command.Options.Add(Repetitions);
        GrammarOptions.AddTo(command);
        command.Options.Add(CommonOptions.Json);
        command.SetAction(result => Measure(result, host));
        return command;
    }

    private static void Measure(ParseResult result, ToolHost host)
    {
        ModelSource source = CommonOptions.ReadModel(result);
        ModelLoader loader = CommonOptions.Loader(result, host);
        Grammar? grammar = GrammarOptions.Read(result);
        List<Speed> speeds = [];
        string instructionSet = "";
        foreach (int threads in result.GetRequiredValue(Threads))
        {
            using CompiledDecoder model = CommonOptions.LoadDecoder(loader, source, new LoadOptions { ThreadCount = threads });
            using Session session = model.CreateSession();
            instructionSet = model.Info.InstructionSet.ToString();
            SpeedTest test = new(session, model.Info.VocabularySize, result.GetValue(Repetitions), grammar, host.Cancellation);
            speeds.AddRange(host.Activity.Run(
                string.Create(CultureInfo.InvariantCulture, $"Measuring, threads: {threads}"), progress => test.Run(threads, progress)));
        }

        if (result.GetValue(CommonOptions.Json))
        {
            Json.Write(host.Output, new BenchReport(source.FileName, instructionSet, speeds));
        }
        else
        {
            Print(speeds, host.Output);
        }
    }

    private static void Print(List<Speed> speeds, TextWriter output) => TextTable.Write(
        output,
        ["test", "tokens>", "threads>", "tokens/s>", "slowest>", "fastest>"],
        speeds.Select(speed => new[]
        {
            speed.Test,
            speed.Tokens.ToString(CultureInfo.InvariantCulture),
            speed.Threads.ToString(CultureInfo.InvariantCulture),
            speed.TokensPerSecond.ToString("F1", CultureInfo.InvariantCulture),
            speed.Slowest.ToString("F1", CultureInfo.InvariantCulture),
            speed.Fastest.ToString("F1", CultureInfo.InvariantCulture),
        }));

    /// <param name="File">The model's file name.</param>
    /// <param name="InstructionSet">The vector instructions that were used.</param>
    /// <param name="Speeds">What was measured.</param>
    private sealed record BenchReport(string File, string InstructionSet, IReadOnlyList<Speed> Speeds);
}
