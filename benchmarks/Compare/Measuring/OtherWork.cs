using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace ModelGen.Compare.Measuring;

/// <summary>
/// What the rest of the machine does while one process is measured: other processes, and other guests of the same host where the system
/// knows of their time ("steal"). A measurement that something else ran beside says nothing.
/// </summary>
internal static class OtherWork
{
    private const string File = "/proc/stat";

    // The kernel counts in these steps, one a processor may be off by one.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    // Interrupts, and what a quiet system does anyway.
    private const double AllowedPart = 0.05;

    /// <summary>Time that all processors together have worked, or were kept from working, since the machine's start; zero where unknown.</summary>
    public static TimeSpan BusyTime()
    {
        if (!System.IO.File.Exists(File))
        {
            return TimeSpan.Zero;
        }

        // "cpu  user nice system idle iowait irq softirq steal …"
        long[] ticks = [.. ReadFirstLine().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) * Tick;
    }

    /// <summary>Whether others have worked beside a measurement.</summary>
    /// <param name="busy">What <see cref="BusyTime"/> has grown by.</param>
    /// <param name="own">Processor time of the measured process.</param>
    /// <param name="elapsed">How long it took.</param>
    public static bool Disturbs(TimeSpan busy, TimeSpan own, TimeSpan elapsed) =>
        busy - own > Tick * (1 + Environment.ProcessorCount) + elapsed * AllowedPart;

    private static string ReadFirstLine()
    {
        using StreamReader reader = new(File);
        return reader.ReadLine() ?? throw new InvalidDataException(File + " is empty.");
    }
}
