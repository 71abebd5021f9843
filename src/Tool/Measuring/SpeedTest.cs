using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace ModelGen.Tool.Measuring;

/// <summary>How fast a model is.</summary>
/// <param name="Test">prefill (a prompt in one call), decode (one token a call), answer (tokens that are sampled) or grammar (answers that follow
/// one).</param>
/// <param name="Threads">Threads that compute.</param>
/// <param name="Tokens">Tokens of a repetition.</param>
/// <param name="TokensPerSecond">Median.</param>
/// <param name="Slowest">Tokens a second of the slowest repetition.</param>
/// <param name="Fastest">Tokens a second of the fastest repetition.</param>
internal sealed record Speed(string Test, int Threads, int Tokens, double TokensPerSecond, double Slowest, double Fastest);

/// <summary>Measures a model's speed, from an empty session each time.</summary>
/// <param name="session">A session, whose text is thrown away.</param>
/// <param name="vocabularySize">Ids are below it.</param>
/// <param name="repetitions">Repetitions of each measurement.</param>
/// <param name="grammar">Measures answers too: those that follow it, and others; null: does not.</param>
/// <param name="cancellation">Ends the measurement.</param>
internal sealed class SpeedTest(Session session, int vocabularySize, int repetitions, Grammar? grammar, CancellationToken cancellation)
{
    private const int PrefillTokens = 512;
    private const int DecodeTokens = 128;

    // Until the code is compiled for good: it is compiled anew after some calls, in the background.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);

    /// <summary>Measures prompts and single tokens; sessions that hold fewer have shorter ones.</summary>
    /// <param name="threads">Threads that the model was loaded with, for the report.</param>
    /// <param name="progress">Told how much is done, from 0 to 1.</param>
    public IReadOnlyList<Speed> Run(int threads, Action<double> progress)
    {
        int[] prompt = Ids(PrefillTokens);
        int[] tokens = Ids(DecodeTokens);
        int parts = grammar is null ? 2 : 4;
        int done = 0;
        List<Speed> speeds =
        [
            Measure("prefill", prompt.Length, () => session.Evaluate(prompt)),
            Measure("decode", tokens.Length, Decode),
        ];
        if (grammar is not null)
        {
            speeds.Add(Measure("answer", tokens.Length, () => Answer(tokens.Length, new GenerationOptions())));
            speeds.Add(Measure("grammar", tokens.Length, () => Answer(tokens.Length, new GenerationOptions { Grammar = grammar })));
        }

        return speeds;

        Speed Measure(string test, int count, Action work) =>
            this.Measure(test, threads, count, work, share => progress((share == 1 ? ++done : done + share) / parts));

        void Decode()
        {
            foreach (int token in tokens)
            {
                session.Evaluate([token]);
            }
        }
    }

    // Answers to one token until there are so many tokens: the same each time.
    private void Answer(int count, GenerationOptions options)
    {
        int[] prompt = Ids(1);
        ulong seed = 0;
        for (int generated = 0; generated < count; generated += Math.Max(session.Position - prompt.Length, 1))
        {
            session.Rewind(0);
            foreach (string _ in session.Generate(prompt, options with { MaxTokens = count - generated, Seed = seed++ }))
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private Speed Measure(string test, int threads, int tokens, Action work, Action<double> progress)
    {
        Stopwatch clock = Stopwatch.StartNew();
        do
        {
            Time(work);
        }
        while (clock.Elapsed < WarmUp);

        double[] speeds = new double[repetitions];
        for (int i = 0; i < repetitions; i++)
        {
            speeds[i] = tokens / Time(work).TotalSeconds;
            progress((i + 1.0) / repetitions);
        }

        Array.Sort(speeds);
        double median = (speeds[(repetitions - 1) / 2] + speeds[repetitions / 2]) / 2;
        return new Speed(test, threads, tokens, median, speeds[0], speeds[^1]);
    }

    private TimeSpan Time(Action work)
    {
        cancellation.ThrowIfCancellationRequested();
        session.Rewind(0);
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start);
    }

    // The same ids each time; which they are does not change what is computed.
    private int[] Ids(int count)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, Math.Min(count, session.ContextLength)).Select(_ => random.Next(vocabularySize))];
    }
}
