using System;
using System.Collections.Concurrent;
using System.IO;
using System.Security.Cryptography;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.Tests.Shared;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>The recorded answers of llama.cpp (README.md), and how they are recorded again.</summary>
internal static class GoldenFiles
{
    /// <summary>Set to 1, tests ask llama.cpp and write what it answers before they compare with it.</summary>
    private const string WriteVariable = "MODELGEN_WRITE_GOLDEN";

    /// <summary>What to do where an answer does not belong to its model.</summary>
    private const string Remedy =
        "Record the answers again: MODELGEN_WRITE_GOLDEN=1 LLAMA_DIR=$(../shared/tools/llama-dir) "
        + "dotnet test tests/EndToEnd.Tests -c Release --filter FullyQualifiedName~Golden (tests/EndToEnd.Tests/Golden/README.md).";

    private static readonly ConcurrentDictionary<string, Lazy<string>> Written = new(StringComparer.Ordinal);

    /// <summary>Where they lie.</summary>
    public static string Folder { get; } = Path.Combine(RepositoryFiles.Root, "tests", "EndToEnd.Tests", "Golden", "answers");

    private static bool IsWriting => Environment.GetEnvironmentVariable(WriteVariable) == "1";

    /// <summary>The text of an answer; recorded first, once a test run, where that is asked for.</summary>
    /// <param name="fileName">Its file's name.</param>
    /// <param name="ask">Asks llama.cpp.</param>
    public static string Read(string fileName, Func<string> ask)
    {
        string path = Path.Combine(Folder, fileName);
        if (IsWriting)
        {
            return Written.GetOrAdd(fileName, _ => new Lazy<string>(() => Write(path, ask))).Value;
        }

        return File.Exists(path) ? File.ReadAllText(path) : throw new FileNotFoundException($"There is no answer {fileName}. {Remedy}");
    }

    /// <summary>The hash of a file, which an answer names the file by that it belongs to.</summary>
    public static string HashOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    /// <summary>Throws where an answer was given for another file than the one that is written now.</summary>
    public static void CheckHash(string fileName, string recorded, string path)
    {
        if (recorded != HashOf(path))
        {
            string file = Path.GetFileName(path);
            throw new InvalidDataException($"{fileName} is the answer for another file than {file}, which has changed. {Remedy}");
        }
    }

    private static string Write(string path, Func<string> ask)
    {
        if (!LlamaCpp.IsHere)
        {
            throw new InvalidOperationException($"{WriteVariable} needs llama.cpp, python3 with numpy, and ../shared/tools. {Remedy}");
        }

        string answer = ask();
        Directory.CreateDirectory(Folder);
        File.WriteAllText(path, answer);
        return answer;
    }
}
