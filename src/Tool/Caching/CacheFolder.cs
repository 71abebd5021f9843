using System;
using System.IO;

namespace ModelGen.Tool.Caching;

/// <summary>Where compiled models are kept from one run to the next.</summary>
internal static class CacheFolder
{
    /// <summary>The variable that names the folder of all caches (XDG Base Directory Specification).</summary>
    public const string Variable = "XDG_CACHE_HOME";

    private const string Name = "modelgen";

    /// <summary>The user's folder.</summary>
    public static string OfUser()
    {
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Name, "cache");
        }

        // A relative path is to be ignored, the specification says.
        string? caches = Environment.GetEnvironmentVariable(Variable);
        return Path.IsPathFullyQualified(caches ?? "")
            ? Path.Combine(caches!, Name)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", Name);
    }
}
