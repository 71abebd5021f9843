using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using ModelGen.Compare.Embedding;
using ModelGen.Compare.Llama;
using ModelGen.Compare.Measuring;
using ModelGen.Compare.Reporting;
using ModelGen.Compare.Tokenizing;

namespace ModelGen.Compare;

/// <summary>The command line.</summary>
internal static class Program
{
    private static readonly Argument<string[]> Models = new("models")
    {
        Description = "GGUF files",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<int[]> Threads = new("--threads")
    {
        Description = "Thread counts, with commas between",
        CustomParser = result => ParseList(result, ParseThreads),
        DefaultValueFactory = _ => Environment.ProcessorCount == 1 ? [1] : [1, Environment.ProcessorCount],
    };

    private static readonly Option<int> Repetitions = new("--reps")
    {
        Description = "Repetitions of each measurement",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<string[]> Tests = new("--only")
    {
        Description = "Some of the tests, with commas between: " + string.Join(", ", Test.Selectable.Select(test => test.Key)),
        CustomParser = result => ParseList(result, text => (Test.Selectable.Any(test => test.Key == text), text)),
        DefaultValueFactory = _ => [.. Test.Selectable.Select(test => test.Key)],
    };

    private static readonly Option<bool> Aot = new("--aot")
    {
        Description = "Build with NativeAOT too, and measure start, memory and size of that",
    };

    private static readonly Option<bool> AotSpeed = new("--aot-speed")
    {
        Description = "As --aot, and measure prefill and decode of those programs as well",
    };

    private static readonly Option<string?> Attribute = new("--attribute")
    {
        Description = "Further arguments of the [GgufModel] attribute, as C#",
    };

    private static readonly Option<string?> LlamaDirectory = new("--llama-dir")
    {
        Description = "Folder with libllama*.so (without it: LLAMA_DIR, or what ../shared/tools/llama-dir installs)",
    };

    private static readonly Option<string?> LockFile = new("--lock")
    {
        Description = "File to lock as flock(1) does, on a machine that others use too: exclusively to measure, shared to build",
    };

    private static readonly Option<string?> JsonFile = new("--json")
    {
        Description = "File for all raw values",
    };

    private static readonly Option<string[]> From = new("--from")
    {
        Description = "Report on files that --json wrote, and measure nothing",
    };

    private static readonly Option<bool> Markdown = new("--markdown")
    {
        Description = "Print the table as Markdown",
    };

    private static readonly Option<string?> PlotFile = new("--plot")
    {
        Description = "File for a picture (SVG) of the ratios",
    };

    private static int Main(string[] args)
    {
        if (args is [LlamaWorker.Verb or LlamaWorker.EncoderVerb, ..])
        {
            return LlamaWorker.Run(args);
        }

        Repetitions.Validators.Add(result => RequirePositive(result, Repetitions));
        RootCommand command = new("Measures models that ModelGen compiled beside the real llama.cpp, alternately, on the same files.")
        {
            Models,
            Threads,
            Repetitions,
            Tests,
            Aot,
            AotSpeed,
            Attribute,
            LlamaDirectory,
            LockFile,
            JsonFile,
            From,
            Markdown,
            PlotFile,
        };
        command.Validators.Add(result =>
        {
            bool measures = result.GetValue(Models) is { Length: > 0 };
            bool reads = result.GetValue(From) is { Length: > 0 };
            if (measures == reads)
            {
                result.AddError("Give GGUF files to measure, or --from with the report of an earlier run.");
            }
        });
        command.Subcommands.Add(TokenizeCommand.Create(LlamaDirectory, LockFile));
        command.Subcommands.Add(EmbedCommand.Create(Threads, Repetitions, Aot, LlamaDirectory, LockFile));
        command.SetAction(Run);
        return command.Parse(args).Invoke();
    }

    private static int Run(ParseResult result)
    {
        Console.OutputEncoding = Encoding.UTF8;
        try
        {
            Report report = result.GetValue(From) is { Length: > 0 } files
                ? Report.Merge(files.Select(file => Report.FromJson(File.ReadAllText(file))))
                : Measure(result);
            if (result.GetValue(PlotFile) is string picture)
            {
                File.WriteAllText(picture, new RatioPlot(report).ToSvg());
            }

            ReportTable table = new(report);
            Console.Out.Write(result.GetValue(Markdown) ? table.ToMarkdown() : table.ToText());
            return 0;
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or InvalidDataException or ModelGenException)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static Report Measure(ParseResult result)
    {
        string[] tests = result.GetRequiredValue(Tests);
        CompareOptions options = new(
            result.GetRequiredValue(Models),
            result.GetRequiredValue(Threads),
            result.GetValue(Repetitions),
            [.. Test.Selectable.Where(test => tests.Contains(test.Key))],
            result.GetValue(Aot) || result.GetValue(AotSpeed),
            result.GetValue(AotSpeed),
            result.GetValue(Attribute),
            result.GetValue(LlamaDirectory),
            result.GetValue(LockFile));

        // Progress goes to standard error, so that the table alone can be piped on.
        return new Comparison(options, Console.Error.WriteLine).Run(report =>
        {
            if (result.GetValue(JsonFile) is string file)
            {
                File.WriteAllText(file, report.ToJson());
            }
        });
    }

    private static void RequirePositive(OptionResult result, Option<int> option)
    {
        if (result.GetValueOrDefault<int>() < 1)
        {
            result.AddError(option.Name + " is at least 1.");
        }
    }

    // "1,2", or several times "1".
    private static T[] ParseList<T>(ArgumentResult result, Func<string, (bool IsValid, T Value)> parse)
    {
        List<T> values = [];
        foreach (string text in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            (bool isValid, T value) = parse(text);
            if (!isValid)
            {
                result.AddError($"'{text}' is not allowed here.");
                return [];
            }

            values.Add(value);
        }

        return [.. values];
    }

    private static (bool IsValid, int Value) ParseThreads(string text) =>
        (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and <= 1024, count);
}
