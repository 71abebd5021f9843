using System;
using System.Buffers;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Numerics;
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
    private const int MostTokens = 150;
    private const int MostAttempts = 500;

    /// <param name="file">A GGUF file with a vocabulary.</param>
    public static void Run(string file)
    {
        Tokenizer tokenizer = Tokenizer.Load(file);
        long start = Stopwatch.GetTimestamp();
        GrammarVocabulary vocabulary = new(tokenizer);
        Measure.Print($"vocabulary of {vocabulary.TokenCount} tokens as a trie, once", $"{Stopwatch.GetElapsedTime(start).TotalMilliseconds,8:F1} ms");
        byte[][] bytes = [.. Enumerable.Range(0, vocabulary.TokenCount).Select(id => BytesOf(tokenizer, id))];
        foreach ((string name, string schema) in GrammarSchemas.All)
        {
            JsonElement root = JsonDocument.Parse(schema).RootElement;
            GrammarDefinition definition = JsonSchemaReader.Read(root, new JsonSchemaOptions());
            CompiledGrammar grammar = GrammarCompiler.Compile(definition);
            Measure.Print($"{name}: tables", $"{GrammarTables.Write(grammar).Length,8} bytes, {grammar.States.StateCount} states");
            Print($"{name}: schema read and compiled", Times(() => GrammarCompiler.Compile(JsonSchemaReader.Read(root, new JsonSchemaOptions()))));
            Print($"{name}: compiled", Times(() => GrammarCompiler.Compile(definition)));

            Random random = new(1);
            List<double> first = [];
            for (int answer = 0; answer < FirstAnswers; answer++)
            {
                Answer(new GrammarMasks(vocabulary, new GrammarStates(grammar)), tokenizer, bytes, random, first);
            }

            List<double> later = [];
            GrammarMasks masks = new(vocabulary, new GrammarStates(grammar));
            for (int answer = 0; answer < LaterAnswers; answer++)
            {
                Answer(masks, tokenizer, bytes, random, later);
            }

            Print($"{name}: mask, each answer the first one", first);
            Print($"{name}: mask, one grammar", later);
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

    // A random answer: strings end after some tokens, and there is no white space where there need be none.
    private static void Answer(GrammarMasks masks, Tokenizer tokenizer, byte[][] bytes, Random random, List<double> times)
    {
        GrammarMatcher matcher = new(masks.States);
        for (int token = 0; token < MostTokens; token++)
        {
            long start = Stopwatch.GetTimestamp();
            ReadOnlySpan<ulong> mask = masks.MaskOf(matcher);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            int next = Choose(mask, bytes, random);
            if (tokenizer.IsEndOfGeneration(next))
            {
                return;
            }

            matcher.TryAdvance(bytes[next]);
        }
    }

    private static int Choose(ReadOnlySpan<ulong> mask, byte[][] bytes, Random random)
    {
        // Within free text nearly all tokens may follow, and one of them is soon found.
        bool ends = random.Next(3) == 0;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            int id = random.Next(bytes.Length);
            if ((mask[id / 64] >> (id % 64) & 1) != 0 && !HasSpace(bytes[id]) && (!ends || bytes[id].Contains((byte)'"')))
            {
                return id;
            }
        }

        List<int> ids = [];
        for (int word = 0; word < mask.Length; word++)
        {
            for (ulong rest = mask[word]; rest != 0; rest &= rest - 1)
            {
                ids.Add((word * 64) + BitOperations.TrailingZeroCount(rest));
            }
        }

        List<int> some = ids.FindAll(id => !HasSpace(bytes[id]));
        return some.Count > 0 ? some[random.Next(some.Count)] : ids[random.Next(ids.Count)];
    }

    private static bool HasSpace(byte[] text) => text.AsSpan().ContainsAny(" \t\r\n"u8);

    private static byte[] BytesOf(Tokenizer tokenizer, int id)
    {
        ArrayBufferWriter<byte> bytes = new();
        tokenizer.WriteBytes(id, includeSpecialTokens: false, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    private static void Print(string what, List<double> microseconds)
    {
        microseconds.Sort();
        Measure.Print(
            what,
            $"p50 {Percentile(50),8:F2}  p99 {Percentile(99),8:F1}  most {microseconds[^1],8:F0} us of {microseconds.Count}");

        double Percentile(int percent) => microseconds[Math.Min(microseconds.Count * percent / 100, microseconds.Count - 1)];
    }
}
