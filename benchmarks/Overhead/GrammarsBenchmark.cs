using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text.Json;
using ModelGen.Grammars;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.JsonSchema;
using ModelGen.Grammars.Masks;
using ModelGen.Grammars.Matching;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>
/// Grammars: what it takes to compile one, and for each token to find which ones may follow, over random answers. The first answers of a grammar
/// meet states that nobody has been in; later ones meet most of them again.
/// </summary>
internal static class GrammarsBenchmark
{
    private const int Compilations = 400;
    private const int FirstAnswers = 30;
    private const int LaterAnswers = 100;

    /// <param name="file">A GGUF file with a vocabulary.</param>
    public static void Run(string file)
    {
        Tokenizer tokenizer = Tokenizer.Load(file);
        long start = Stopwatch.GetTimestamp();
        GrammarVocabulary vocabulary = new(tokenizer);
        Measure.Print($"vocabulary of {vocabulary.TokenCount} tokens as a trie, once", $"{Stopwatch.GetElapsedTime(start).TotalMilliseconds,8:F1} ms");
        GrammarAnswers answers = new(tokenizer);
        foreach ((string name, string schema) in GrammarSchemas.All)
        {
            JsonElement root = JsonDocument.Parse(schema).RootElement;
            GrammarDefinition definition = JsonSchemaReader.Read(root, new JsonSchemaOptions());
            CompiledGrammar grammar = GrammarCompiler.Compile(definition);
            Measure.Print($"{name}: tables", $"{GrammarTables.Write(grammar).Length,8} bytes, {grammar.States.StateCount} states");
            Measure.PrintPercentiles($"{name}: schema read and compiled", Times(() => GrammarCompiler.Compile(JsonSchemaReader.Read(root, new JsonSchemaOptions()))));
            Measure.PrintPercentiles($"{name}: compiled", Times(() => GrammarCompiler.Compile(definition)));

            Random random = new(1);
            List<double> first = [];
            for (int answer = 0; answer < FirstAnswers; answer++)
            {
                answers.Walk(new GrammarMasks(vocabulary, new GrammarStates(grammar)), random, first);
            }

            List<double> later = [];
            GrammarMasks masks = new(vocabulary, new GrammarStates(grammar));
            for (int answer = 0; answer < LaterAnswers; answer++)
            {
                answers.Walk(masks, random, later);
            }

            Measure.PrintPercentiles($"{name}: mask, each answer the first one", first);
            Measure.PrintPercentiles($"{name}: mask, one grammar", later);
        }
    }

    private static List<double> Times(Action action)
    {
        List<double> times = [];
        for (int run = 0; run < Compilations; run++)
        {
            times.Add(Measure.Once(action).TotalMicroseconds);
        }

        // The first ones are compiled themselves.
        times.RemoveRange(0, Compilations - 100);
        return times;
    }
}
