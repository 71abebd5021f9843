using System;
using System.Collections.Generic;
using System.Diagnostics;
using ModelGen.Generation;
using ModelGen.Sampling;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>What choosing a token takes beside the forward pass, over a whole vocabulary.</summary>
internal static class SamplersBenchmark
{
    private const int Warmup = 200;
    private const int Tokens = 300;

    // About as wide as those of models are: a few tokens have most of the probability.
    private const double Deviation = 3;

    /// <param name="file">A GGUF file with a vocabulary.</param>
    public static void Run(string file)
    {
        Tokenizer tokenizer = Tokenizer.Load(file);
        float[] logits = RandomLogits(tokenizer.VocabularySize);
        GenerationOptions plain = new() { Seed = 1, TopK = 0, TopP = 1, MinP = 0, Temperature = 1 };
        Sample("greedy", plain with { Temperature = 0 });
        Sample("top-k 40", plain with { TopK = 40 });
        Sample("top-p 0.95", plain with { TopP = 0.95f });
        Sample("min-p 0.05", plain with { MinP = 0.05f });
        Sample("the whole vocabulary", plain);
        Sample("locally typical, 0.9", plain with { TypicalP = 0.9f });
        Sample("the whole vocabulary, dynamic temperature", plain with { DynamicTemperature = new() { Range = 0.5f } });
        TokenScorer scorer = new(tokenizer, alternatives: 0);
        Measure.PrintPercentiles("log-probability of a token", Times(() => scorer.Score(logits, 7)));
        TokenScorer alternatives = new(tokenizer, alternatives: 5);
        Measure.PrintPercentiles("log-probabilities of a token and of 5 alternatives", Times(() => alternatives.Score(logits, 7)));

        void Sample(string what, GenerationOptions options)
        {
            TokenSampler sampler = new(options, tokenizer, tokenizer.VocabularySize, contextLength: 4096);
            Measure.PrintPercentiles($"a token of {logits.Length}: {what}", Times(() => sampler.Sample([1, 2, 3], promptLength: 3, logits)));
        }
    }

    private static List<double> Times(Action action)
    {
        for (int run = 0; run < Warmup; run++)
        {
            action();
        }

        List<double> times = [];
        for (int run = 0; run < Tokens; run++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return times;
    }

    // Normally distributed (Box and Muller 1958).
    private static float[] RandomLogits(int count)
    {
        Random random = new(1);
        float[] logits = new float[count];
        for (int index = 0; index < count; index++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            logits[index] = (float)(Deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return logits;
    }
}
