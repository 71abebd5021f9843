using System;
using System.Diagnostics;
using System.Globalization;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>Times and tables.</summary>
internal static class Measure
{
    /// <summary>The median time of some runs, after one that is not counted.</summary>
    public static TimeSpan Median(int runs, Action run)
    {
        run();
        var times = new TimeSpan[runs];
        for (int i = 0; i < runs; i++)
        {
            times[i] = Once(run);
        }

        Array.Sort(times);
        return times[runs / 2];
    }

    /// <summary>The time of one run.</summary>
    public static TimeSpan Once(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>A line of a table: what it is about, and figures.</summary>
    public static void Print(string what, FormattableString figures) =>
        Console.WriteLine($"{what,-64} {figures.ToString(CultureInfo.InvariantCulture)}");
}
