using System.Globalization;
using System.IO;

namespace ModelGen.Compare.Worker;

/// <summary>Resident memory of this process, as Linux counts it: mapped pages of files that were touched are a part of it.</summary>
internal static class ProcessMemory
{
    /// <summary>The most that there ever was, in bytes; 0 where the system does not say.</summary>
    public static long Peak => Read("VmHWM:");

    /// <summary>What there is now, in bytes; 0 where the system does not say.</summary>
    public static long Current => Read("VmRSS:");

    private static long Read(string name)
    {
        const string status = "/proc/self/status";
        if (!File.Exists(status))
        {
            return 0;
        }

        foreach (string line in File.ReadLines(status))
        {
            if (line.StartsWith(name, System.StringComparison.Ordinal))
            {
                // "VmHWM:     123456 kB"
                return long.Parse(line[name.Length..^2], NumberStyles.Integer, CultureInfo.InvariantCulture) * 1024;
            }
        }

        return 0;
    }
}
