using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using ModelGen.Tool.Compilation;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>What an engine gives several clients of one model, what it saves those that ask alike, and what guesses save.</summary>
internal static class EngineBenchmark
{
    private const int Runs = 3;
    private const int PromptTokens = 128;
    private const int AnswerTokens = 64;
    private const int MostSystemTokens = 1000;
    private const int GuessedTokens = 300;

    private static readonly int[] Clients = [1, 4, 16];

    /// <summary>Prints the table of one model.</summary>
    /// <param name="path">Its GGUF file.</param>
    /// <param name="threads">Threads that work on a step.</param>
    public static async Task RunAsync(string path, int threads)
    {
        using CompiledDecoder model = Load(path, threads);
        await using Engine engine = model.CreateEngine();
        Random random = new(1);
        await AskAsync(engine, Prompt(model, random, PromptTokens), AnswerTokens);
        Dictionary<int, List<double>> rates = Clients.ToDictionary(count => count, _ => new List<double>());
        for (int run = 0; run < Runs; run++)
        {
            foreach (int count in Clients)
            {
                int[][] prompts = [.. Enumerable.Range(0, count).Select(_ => Prompt(model, random, PromptTokens))];
                long start = Stopwatch.GetTimestamp();
                await Task.WhenAll(prompts.Select(prompt => AskAsync(engine, prompt, AnswerTokens)));
                rates[count].Add(count * AnswerTokens / Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        double alone = Median(rates[1]);
        foreach (int count in Clients)
        {
            double rate = Median(rates[count]);
            Measure.Print(
                $"{count} clients, prompts of {PromptTokens} tokens, answers of {AnswerTokens}",
                $"{rate,8:F1} tokens/s, {rate / alone:F2} times one");
        }

        int systemTokens = Math.Min(MostSystemTokens, model.Info.ContextLength - 2);
        List<double> firsts = [];
        List<double> seconds = [];
        for (int run = 0; run < Runs; run++)
        {
            int[] system = Prompt(model, random, systemTokens);
            firsts.Add(await AskAsync(engine, [.. system, 1], tokens: 1));
            seconds.Add(await AskAsync(engine, [.. system, 2], tokens: 1));
        }

        Measure.Print(
            $"first token behind a prompt of {systemTokens + 1} tokens",
            $"{Median(firsts),8:F1} ms, {Median(seconds):F1} ms where all but one are known: {Median(seconds) / Median(firsts):P1}");
        await GuessAsync(engine, "Once upon a time");
    }

    // One answer with prompt lookup and without, in turns.
    private static async Task GuessAsync(Engine engine, string prompt)
    {
        List<double> without = [];
        List<double> with = [];
        GenerationEnd end = null!;
        for (int run = 0; run < Runs; run++)
        {
            without.Add(Rate(await AnswerAsync(engine, prompt, lookup: null)));
            end = await AnswerAsync(engine, prompt, new PromptLookupOptions());
            with.Add(Rate(end));
        }

        Measure.Print(
            $"a greedy answer of {end.GeneratedTokens} tokens",
            $"{Median(without),8:F1} tokens/s, {Median(with):F1} with prompt lookup: {end.AcceptedTokens} of {end.DraftedTokens} guesses were right");

        static double Rate(GenerationEnd end) => end.GeneratedTokens / end.GenerationTime.TotalSeconds;
    }

    private static async Task<GenerationEnd> AnswerAsync(Engine engine, string prompt, PromptLookupOptions? lookup)
    {
        GenerationOptions options = new() { MaxTokens = GuessedTokens, Temperature = 0, LogProbabilities = false, PromptLookup = lookup };
        GeneratedTokenStream answer = engine.GenerateTokensAsync(prompt, options);
        await foreach (GeneratedToken _ in answer)
        {
        }

        return answer.End!;
    }

    /// <returns>Milliseconds to the first token.</returns>
    private static async Task<double> AskAsync(Engine engine, int[] prompt, int tokens)
    {
        GenerationOptions options = new() { MaxTokens = tokens, Temperature = 0 };
        long start = Stopwatch.GetTimestamp();
        double first = 0;
        await foreach (string _ in engine.GenerateAsync(prompt, options))
        {
            first = first == 0 ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : first;
        }

        return first;
    }

    private static CompiledDecoder Load(string path, int threads)
    {
        ModelSource source = ModelSource.Read(path, new ModelSettings(0, null));
        byte[]? image = ModelCompilation.Create(source, "Measured").TryEmit(out ImmutableArray<Diagnostic> diagnostics);
        return image is not null
            ? CompiledClass.From(image, source).Load(new LoadOptions { ThreadCount = threads })
            : throw new ModelGenException($"The model does not compile: {diagnostics.First(one => one.Severity == DiagnosticSeverity.Error)}");
    }

    private static int[] Prompt(CompiledDecoder model, Random random, int tokens) =>
        [.. Enumerable.Range(0, tokens).Select(_ => random.Next(model.Tokenizer.VocabularySize))];

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
