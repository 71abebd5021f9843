using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using ModelGen.Compare.Building;
using ModelGen.Compare.Llama;
using ModelGen.Compare.Measuring;

namespace ModelGen.Compare.Tokenizing;

/// <summary><c>tokenize</c>: the tokenizers beside llama.cpp's own, on the same texts.</summary>
internal static class TokenizeCommand
{
    private static readonly Argument<string[]> Vocabularies = new("vocabularies")
    {
        Description = "GGUF files; those without weights do",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string[]> Texts = new("--text")
    {
        Description = "Text files (default: this repository's own prose and C#)",
    };

    private static readonly Option<int> Repetitions = new("--reps")
    {
        Description = "Repetitions of each measurement",
        DefaultValueFactory = _ => 5,
    };

    public static Command Create(Option<string?> llamaDirectory, Option<string?> lockFile)
    {
        Command command = new("tokenize", "Measures how fast texts are encoded, one file at a time, with one thread.")
        {
            Vocabularies,
            Texts,
            Repetitions,
            llamaDirectory,
            lockFile,
        };
        command.SetAction(result =>
        {
            try
            {
                LlamaLibrary library = new(LlamaFolder.Find(result.GetValue(llamaDirectory), Repository.Root));
                string[] texts = ReadTexts(result.GetValue(Texts) is { Length: > 0 } files ? files : OwnTexts());
                int repetitions = Math.Max(1, result.GetValue(Repetitions));
                using IDisposable? machine = new MachineLock(result.GetValue(lockFile)).ForMeasuring();
                Measure(library, result.GetRequiredValue(Vocabularies), texts, repetitions);
                return 0;
            }
            catch (Exception error) when (error is InvalidOperationException or IOException or ModelGenException)
            {
                Console.Error.WriteLine(error.Message);
                return 1;
            }
        });
        return command;
    }

    private static void Measure(LlamaLibrary library, string[] vocabularies, string[] texts, int repetitions)
    {
        double megabytes = texts.Sum(Encoding.UTF8.GetByteCount) / 1e6;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{texts.Length} texts of {megabytes:F2} MB; medians of {repetitions} alternated runs"));
        Console.WriteLine();
        Console.WriteLine("| vocabulary | tokens | ModelGen MB/s | llama.cpp MB/s | ratio | loading, ms | packing, ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (string vocabulary in vocabularies)
        {
            TokenizerResult result = TokenizerComparison.Run(library, vocabulary, texts, repetitions);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {Path.GetFileNameWithoutExtension(vocabulary)} | {result.Tokens} | {megabytes / result.Own:F1} | {megabytes / result.Llama:F1} "
                + $"| {result.Llama / result.Own:F1}x | {result.Loading * 1e3:F2} | {result.Packing * 1e3:F0} |"));
        }
    }

    private static string[] OwnTexts()
    {
        string[] folders = ["docs", "src"];
        return [.. folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
            .Where(path => path.EndsWith(".md", StringComparison.Ordinal) || path.EndsWith(".cs", StringComparison.Ordinal))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.EndsWith(".Data.cs", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }

    private static string[] ReadTexts(IEnumerable<string> paths) => [.. paths.Select(File.ReadAllText).Where(text => text.Length > 0)];
}
