using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.JsonSchema;
using ModelGen.Grammars.Masks;
using ModelGen.Grammars.Matching;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>
/// Many schemas together, as a server meets them: each is read and compiled once, and a few answers are walked. Two figures come of all of them,
/// what a schema takes and what a mask takes; what is slowest is named.
/// </summary>
internal static class SchemasBenchmark
{
    private const int Answers = 4;
    private const int Slowest = 12;

    /// <param name="file">A GGUF file with a vocabulary.</param>
    /// <param name="folder">The official suite: <c>draft2020-12</c> with groups of a schema and cases, <c>remotes</c> with what they refer to.</param>
    public static void Run(string file, string folder)
    {
        Tokenizer tokenizer = Tokenizer.Load(file);
        GrammarAnswers answers = new(tokenizer);
        JsonSchemaOptions options = new() { Documents = Remotes(Path.Combine(folder, "remotes")) };
        (string Name, JsonElement Schema)[] apis =
            [.. GrammarSchemas.All.Concat(ApiSchemas.All).Select(one => (one.Name, JsonDocument.Parse(one.Schema).RootElement))];
        (string Name, JsonElement Schema)[] suite = [.. Suite(Path.Combine(folder, "draft2020-12"))];

        // Once for the compiler of .NET, whose time is no grammar's; then with a vocabulary that knows nothing of it.
        RunAll(tokenizer, answers, options, [.. apis, .. suite]);
        Results ofApis = RunAll(tokenizer, answers, options, apis);
        Results ofSuite = RunAll(tokenizer, answers, options, suite);
        ofApis.Print("APIs");
        ofSuite.Print("official suite");
        Results all = new();
        all.Add(ofApis);
        all.Add(ofSuite);
        all.Print("together");
        all.PrintSlowest();
    }

    private static Results RunAll(
        Tokenizer tokenizer, GrammarAnswers answers, JsonSchemaOptions options, IReadOnlyList<(string Name, JsonElement Schema)> schemas)
    {
        GrammarVocabulary vocabulary = new(tokenizer);
        Random random = new(1);
        Results results = new();
        GC.Collect();
        foreach ((string name, JsonElement schema) in schemas)
        {
            GrammarStates states;
            long start = Stopwatch.GetTimestamp();
            try
            {
                states = new GrammarStates(GrammarCompiler.Compile(JsonSchemaReader.Read(schema, options)));
            }
            catch (GrammarException)
            {
                results.Refused++;
                continue;
            }

            double compile = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            GrammarMasks masks = new(vocabulary, states);
            List<double> times = [];
            for (int answer = 0; answer < Answers; answer++)
            {
                answers.Walk(masks, random, times);
            }

            results.Add(name, compile, times);
        }

        return results;
    }

    private static IEnumerable<(string Name, JsonElement Schema)> Suite(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)
        from one in Read(path).EnumerateArray()
        select ($"{Path.GetFileNameWithoutExtension(path)}: {one.GetProperty("description")}", one.GetProperty("schema"));

    private static Dictionary<string, JsonElement> Remotes(string folder) =>
        Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .ToDictionary(path => "http://localhost:1234/" + Path.GetRelativePath(folder, path).Replace('\\', '/'), Read);

    private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;

    private sealed class Results
    {
        private readonly List<double> _compiles = [];
        private readonly List<double> _masks = [];
        private readonly List<(string Name, double Compile, double Mask)> _schemas = [];

        public int Refused { get; set; }

        public void Add(string name, double compile, List<double> masks)
        {
            _compiles.Add(compile);
            _masks.AddRange(masks);
            _schemas.Add((name, compile, masks.Max()));
        }

        public void Add(Results other)
        {
            _compiles.AddRange(other._compiles);
            _masks.AddRange(other._masks);
            _schemas.AddRange(other._schemas);
            Refused += other.Refused;
        }

        public void Print(string what)
        {
            Measure.Print($"{what}: schemas", $"{_schemas.Count,8}, and {Refused} that are refused");
            Measure.PrintPercentiles($"{what}: schema read and compiled", _compiles);
            Measure.PrintPercentiles($"{what}: mask", _masks);
        }

        public void PrintSlowest()
        {
            foreach ((string name, double compile, _) in _schemas.OrderByDescending(schema => schema.Compile).Take(Slowest))
            {
                Measure.Print($"slow to compile: {name}", $"{compile,8:F0} us");
            }

            foreach ((string name, _, double mask) in _schemas.OrderByDescending(schema => schema.Mask).Take(Slowest))
            {
                Measure.Print($"slowest mask: {name}", $"{mask,8:F0} us");
            }
        }
    }
}
