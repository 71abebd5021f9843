using System;
using System.IO;
using System.Linq;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>What NativeAOT links with.</summary>
internal static class NativeLinker
{
    /// <summary>Skips a test where it is not installed.</summary>
    public static void SkipWithout() => Assert.SkipUnless(IsInstalled(), "NativeAOT links with clang or gcc and zlib, which are not installed.");

    private static bool IsInstalled()
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        string[] folders = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator);
        return new[] { "clang", "gcc" }.Any(name => folders.Any(folder => File.Exists(Path.Combine(folder, name)))) && File.Exists("/usr/include/zlib.h");
    }
}
