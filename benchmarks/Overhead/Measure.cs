using System;
using System.Collections.Generic;
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

    /// <summary>A line of a table: the median of some times, what 99 of 100 are below, and the longest.</summary>
    /// <param name="what">What it is about.</param>
    /// <param name="microseconds">The times; sorted in place.</param>
    public static void PrintPercentiles(string what, List<double> microseconds)
    {
        microseconds.Sort();
        Print(
            what,
            $"p50 {Percentile(50),8:F2}  p99 {Percentile(99),8:F1}  most {microseconds[^1],8:F0} us of {microseconds.Count}");

        double Percentile(int percent) => microseconds[Math.Min(microseconds.Count * percent / 100, microseconds.Count - 1)];
    }
}
