using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace ModelGen.Memory.Benchmarks;

/// <summary>Memory of this process as Linux counts it.</summary>
internal static class ProcessMemory
{
    /// <summary>Bytes in memory now: pages of files that were touched, and memory of the process's own.</summary>
    public static long Resident => Read("VmRSS:");

    /// <summary>The most bytes that were in memory so far.</summary>
    public static long Peak => Read("VmHWM:");

    private static long Read(string field)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
