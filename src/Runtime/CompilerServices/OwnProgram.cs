using System;
using System.IO;
using ModelGen.Packing;

namespace ModelGen.CompilerServices;

/// <summary>The file that this process runs, which may carry weights behind its code.</summary>
internal static class OwnProgram
{
    // The file itself, whatever it is called by now, or whether it still has a name.
    private const string LinuxLink = "/proc/self/exe";

    /// <summary>Path to open it by; null where the system does not say.</summary>
    public static string? Path => OperatingSystem.IsLinux() && File.Exists(LinuxLink) ? LinuxLink : Environment.ProcessPath;

    /// <summary>What it is called in messages.</summary>
    public static string DisplayName => Environment.ProcessPath ?? "the program's own file";

    /// <summary>Finds weights that it carries; null where it carries none of this name.</summary>
    /// <param name="name">Name of the packed file.</param>
    /// <param name="problem">Why it could not be looked at; else null.</param>
    /// <exception cref="ModelGenException">It is damaged.</exception>
    public static AppendedFile? Find(string name, out string? problem)
    {
        problem = null;
        if (Path is not string path)
        {
            return null;
        }

        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            foreach (AppendedFile appended in AppendedFiles.Read(file, DisplayName))
            {
                if (appended.Name == name)
                {
                    return appended;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = error.Message;
        }

        return null;
    }
}
