using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>What programs take from their start to their end, in turns, so that what else the machine does falls on all of them.</summary>
internal static class StartBenchmark
{
    private const int Runs = 201;

    // What a program does that has nothing to do.
    private const string Argument = "--version";

    /// <summary>Prints a line a program.</summary>
    /// <param name="programs">Their paths.</param>
    public static void Run(IReadOnlyList<string> programs)
    {
        double[][] times = [.. programs.Select(_ => new double[Runs])];
        for (int run = 0; run < Runs; run++)
        {
            for (int program = 0; program < programs.Count; program++)
            {
                times[program][run] = MillisecondsOf(programs[program]);
            }
        }

        for (int program = 0; program < programs.Count; program++)
        {
            Array.Sort(times[program]);
            Measure.Print(programs[program], $"median {times[program][Runs / 2],6:F2} ms, least {times[program][0],6:F2} ms");
        }
    }

    private static double MillisecondsOf(string program)
    {
        ProcessStartInfo start = new(program, [Argument]) { RedirectStandardOutput = true };
        long before = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double milliseconds = Stopwatch.GetElapsedTime(before).TotalMilliseconds;
        return process.ExitCode == 0 ? milliseconds : throw new ModelGenException($"{program} {Argument} ended with {process.ExitCode}.");
    }
}
