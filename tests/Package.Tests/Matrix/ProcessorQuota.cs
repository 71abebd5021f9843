using System;
using System.IO;
using System.Linq;
using System.Threading;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>A control group of Linux, as containers have it, with half a processor; below the one that this process is in.</summary>
internal sealed class ProcessorQuota : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    private readonly string _folder;

    private ProcessorQuota(string folder) => _folder = folder;

    /// <summary>The command line that runs a program in the group.</summary>
    public string[] Prefix => ["-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", _folder];

    /// <summary>Makes a group; null where this process may not, or where control groups are set up in another way.</summary>
    public static ProcessorQuota? TryCreate()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // Version 2 has one tree, version 1 one for each thing that is counted.
        bool isSecond = File.Exists(Root + "/cgroup.controllers");
        string[]? group = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3))
            .FirstOrDefault(parts => isSecond ? parts[0] == "0" : parts[1].Split(',').Contains("cpu"));
        if (group is null)
        {
            return null;
        }

        ProcessorQuota quota = new($"{Root}{(isSecond ? "" : "/" + group[1])}{group[2].TrimEnd('/')}/modelgen-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(quota._folder);
            if (isSecond)
            {
                File.WriteAllText(quota._folder + "/cpu.max", "50000 100000");
            }
            else
            {
                File.WriteAllText(quota._folder + "/cpu.cfs_period_us", "100000");
                File.WriteAllText(quota._folder + "/cpu.cfs_quota_us", "50000");
            }

            return quota;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            quota.Dispose();
            return null;
        }
    }

    public void Dispose()
    {
        // The system takes a moment to see that the last process in it has ended.
        for (int attempt = 0; Directory.Exists(_folder) && attempt < 20; attempt++)
        {
            try
            {
                Directory.Delete(_folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Thread.Sleep(100);
            }
        }
    }
}
