using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace ModelGen.Tests.Shared;

/// <summary>Finds the repository, and the larger test data that may lie beside it.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folder with ModelGen.sln, above the test's binaries.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// Models and tokenizers that are too large for the repository, in the folder <c>shared/data</c> beside it; tests of them are an
    /// extra suite that is skipped where there is none.
    /// </summary>
    public static string SharedData { get; } = Path.GetFullPath(Path.Combine(Root, "../shared/data"));

    /// <summary>Why a test of <see cref="SharedData"/> is skipped.</summary>
    public const string NoSharedData = "There is no folder shared/data beside the repository.";

    /// <summary>GGUF files in <see cref="SharedData"/>, as paths relative to it; none where there is no such folder.</summary>
    public static IEnumerable<string> SharedModels() => Directory.Exists(SharedData)
        ? Directory.EnumerateFiles(SharedData, "*.gguf", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(SharedData, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
        : [];

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ModelGen.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Tests must run from within the repository: there is no ModelGen.sln above " + AppContext.BaseDirectory);
    }
}
