using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Threading;

namespace ModelGen.Tool.Measuring;

/// <summary>How long a grammar takes to compile, and a mask of the tokens that may follow to make.</summary>
/// <param name="CompileMilliseconds">From the text to what answers can be matched by.</param>
/// <param name="Microseconds">Of each mask, the shortest time first.</param>
internal sealed record MaskTimes(double CompileMilliseconds, IReadOnlyList<double> Microseconds)
{
    // Answers that find no end, such as a text without one, are left.
    private const int MostTokens = 500;

    /// <summary>Goes through random answers: each token is any of those that the mask allows, all alike.</summary>
    /// <param name="compile">Compiles the grammar.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="walks">Number of answers.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    public static MaskTimes Measure(Func<Grammar> compile, Tokenizer tokenizer, int walks, CancellationToken cancellation)
    {
        // Both programs are compiled, and the vocabulary is sorted, which one grammar does for all.
        _ = compile().CreateCursor(tokenizer).Mask;
        long start = Stopwatch.GetTimestamp();
        Grammar grammar = compile();
        double compileTime = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Random random = new(1);
        List<double> times = [];
        List<int> allowed = [];
        for (int walk = 0; walk < walks; walk++)
        {
            GrammarCursor cursor = grammar.CreateCursor(tokenizer);
            for (int count = 0; count < MostTokens; count++)
            {
                cancellation.ThrowIfCancellationRequested();
                start = Stopwatch.GetTimestamp();
                ReadOnlySpan<ulong> mask = cursor.Mask;
                times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                ReadTokens(mask, allowed);
                if (allowed.Count == 0)
                {
                    break;
                }

                int id = allowed[random.Next(allowed.Count)];
                if (tokenizer.IsEndOfGeneration(id))
                {
                    break;
                }

                cursor.TryAppend(id);
            }
        }

        times.Sort();
        return new MaskTimes(compileTime, times);
    }

    /// <summary>A line for people.</summary>
    public string Text() => string.Create(
        CultureInfo.InvariantCulture,
        $"compiled in {CompileMilliseconds:0.###} ms; {Microseconds.Count} masks, microseconds: average {Average():0.##}, p50 {At(0.5):0.##}, p99 {At(0.99):0.##}, highest {At(1):0.##}");

    private double Average()
    {
        double sum = 0;
        foreach (double time in Microseconds)
        {
            sum += time;
        }

        return sum / Microseconds.Count;
    }

    private double At(double share) => Microseconds[(int)Math.Min(share * Microseconds.Count, Microseconds.Count - 1)];

    private static void ReadTokens(ReadOnlySpan<ulong> mask, List<int> allowed)
    {
        allowed.Clear();
        for (int id = 0; id < mask.Length * 64; id++)
        {
            if ((mask[id >> 6] >> (id & 63) & 1) != 0)
            {
                allowed.Add(id);
            }
        }
    }
}
