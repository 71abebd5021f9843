using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace ModelGen.Compare.Building;

/// <summary>The repository that this program was built in.</summary>
internal static class Repository
{
    private static readonly string[] SourcePatterns = ["*.cs", "*.csproj", "*.props", "*.targets"];

    /// <summary>The folder with ModelGen.sln, above the program's binaries.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where the programs that are measured are built; nothing in it is under version control.</summary>
    public static string CacheFolder { get; } = Path.Combine(Root, "artifacts", "compare");

    /// <summary>SHA-256 of everything that decides what a model is compiled to: generator, tasks, runtime and their build files.</summary>
    public static string SourceHash()
    {
        IEnumerable<string> files = SourcePatterns
            .SelectMany(pattern => Directory.EnumerateFiles(Path.Combine(Root, "src"), pattern, SearchOption.AllDirectories))
            .Where(path => !IsBuildOutput(path))
            .Concat(Directory.EnumerateFiles(Root, "Directory.*.props"))
            .Concat(Directory.EnumerateFiles(Path.Combine(Root, "samples"), "Directory.Build.*"))
            .Order(StringComparer.Ordinal);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(Root, file)));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsBuildOutput(string path) =>
        path.Split(Path.DirectorySeparatorChar).Any(folder => folder is "obj" or "bin");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ModelGen.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The comparison runs from within the repository: there is no ModelGen.sln above " + AppContext.BaseDirectory);
    }
}
