using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

namespace ModelGen.Compare.Worker;

/// <summary>
/// Obeys commands on standard input, one a line, and answers each with one line of JSON. The same loop and the same clock for both sides;
/// between commands the process does nothing.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>evaluate SEED COUNT</c>: that many tokens in one call;</item>
/// <item><c>decode SEED COUNT</c>: that many tokens, one a call;</item>
/// <item><c>together SEED COUNT SEQUENCES</c>: that many tokens of each of some sequences, side by side;</item>
/// <item><c>rewind POSITION</c>; <c>memory</c>; the end of the input ends the process.</item>
/// </list>
/// The ids are those of a <see cref="TokenStream"/>.
/// </remarks>
internal static class WorkerLoop
{
    /// <summary>Answers commands until there are no more.</summary>
    /// <param name="engine">What is measured.</param>
    /// <param name="hostBytes">Resident memory of the process before it loaded anything of the engine.</param>
    public static void Run(IEngine engine, long hostBytes)
    {
        Answer($$"""{"vocabulary":{{engine.VocabularySize}},"description":"{{engine.Description}}"}""");
        while (Console.In.ReadLine() is string line)
        {
            string[] words = line.Split(' ');
            int Number(int index) => int.Parse(words[index], CultureInfo.InvariantCulture);
            switch (words[0])
            {
                case "evaluate":
                    Answer(Evaluate(engine, new TokenStream(Number(1), engine.VocabularySize).Take(Number(2))));
                    break;
                case "decode":
                    Answer(Decode(engine, new TokenStream(Number(1), engine.VocabularySize).Take(Number(2))));
                    break;
                case "together":
                    TokenStream ids = new(Number(1), engine.VocabularySize);
                    Answer(EvaluateTogether(engine, [.. Enumerable.Range(0, Number(3)).Select(_ => ids.Take(Number(2)))]));
                    break;
                case "rewind":
                    engine.Rewind(Number(1));
                    Answer("{}");
                    break;
                case "memory":
                    Answer(string.Create(CultureInfo.InvariantCulture, $$"""{"peak":{{ProcessMemory.Peak}},"host":{{hostBytes}}}"""));
                    break;
                default:
                    throw new InvalidDataException("Unknown command: " + line);
            }
        }
    }

    /// <summary>Evaluates a prompt once and says when it had the logits, on the clock of all processes of the machine.</summary>
    /// <param name="engine">What is measured.</param>
    /// <param name="origin">When the engine's own work began; 0 where all that the process did is its work.</param>
    /// <param name="hostBytes">As in <see cref="Run"/>.</param>
    /// <param name="count">Tokens of the prompt.</param>
    public static void First(IEngine engine, long origin, long hostBytes, int count)
    {
        int[] tokens = new TokenStream(seed: 1, engine.VocabularySize).Take(count);
        float logit = engine.Evaluate(tokens)[0];
        long end = Stopwatch.GetTimestamp();
        Answer(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"origin":{{origin}},"end":{{end}},"peak":{{ProcessMemory.Peak}},"host":{{hostBytes}},"finite":{{(float.IsFinite(logit) ? "true" : "false")}}}"""));
    }

    private static string Evaluate(IEngine engine, int[] tokens)
    {
        long start = Stopwatch.GetTimestamp();
        ReadOnlySpan<float> logits = engine.Evaluate(tokens);
        return Timed(Stopwatch.GetElapsedTime(start), logits);
    }

    private static string Decode(IEngine engine, int[] tokens)
    {
        ReadOnlySpan<float> logits = [];
        long start = Stopwatch.GetTimestamp();
        foreach (int token in tokens)
        {
            logits = engine.Evaluate([token]);
        }

        return Timed(Stopwatch.GetElapsedTime(start), logits);
    }

    private static string EvaluateTogether(IEngine engine, int[][] texts)
    {
        long start = Stopwatch.GetTimestamp();
        ReadOnlySpan<float> logits = engine.EvaluateTogether(texts);
        return Timed(Stopwatch.GetElapsedTime(start), logits);
    }

    // The most likely token shows that both sides compute the same thing.
    private static string Timed(TimeSpan elapsed, ReadOnlySpan<float> logits)
    {
        int top = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            top = logits[i] > logits[top] ? i : top;
        }

        return string.Create(CultureInfo.InvariantCulture, $$"""{"seconds":{{elapsed.TotalSeconds:R}},"top":{{top}}}""");
    }

    private static void Answer(string json)
    {
        Console.Out.WriteLine(json);
        Console.Out.Flush();
    }
}
