using System;
using System.IO;
using System.Runtime.CompilerServices;
using Shouldly;

namespace ModelGen.Generator.Tests.Harness;

/// <summary>
/// Compares a text with the <c>*.verified.cs</c> file beside the test. Where they differ, the text is written to <c>*.received.cs</c> beside
/// it, and the first line that differs is shown. MODELGEN_ACCEPT_SNAPSHOTS=1 writes the verified files instead: read what changed before
/// you commit it.
/// </summary>
internal static class VerifiedText
{
    private const string AcceptVariable = "MODELGEN_ACCEPT_SNAPSHOTS";

    public static void ShouldBeVerified(this string text, string name, [CallerFilePath] string testFile = "")
    {
        // Deterministic builds replace the root of the path, so the folder is found from the repository.
        string folder = Path.Combine(ModelGen.Tests.Shared.RepositoryFiles.Root, "tests/Generator.Tests/Snapshots");
        File.Exists(Path.Combine(folder, Path.GetFileName(testFile))).ShouldBeTrue("snapshots stand beside their test");
        string verified = Path.Combine(folder, name + ".verified.cs");
        string received = Path.Combine(folder, name + ".received.cs");
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            File.WriteAllText(verified, text);
            File.Delete(received);
            return;
        }

        string expected = File.Exists(verified) ? File.ReadAllText(verified) : "";
        if (FirstDifference(expected, text) is not string difference)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        throw new ShouldAssertException($"{received} is not as verified. {difference}");
    }

    /// <summary>The first line in which two texts differ, as a sentence; null where they are equal.</summary>
    public static string? FirstDifference(string expected, string actual)
    {
        if (expected == actual)
        {
            return null;
        }

        string[] expectedLines = expected.Split('\n');
        string[] actualLines = actual.Split('\n');
        int line = 0;
        while (line < expectedLines.Length && line < actualLines.Length && expectedLines[line] == actualLines[line])
        {
            line++;
        }

        return $"Line {line + 1}:\n  verified: {Show(expectedLines)}\n  received: {Show(actualLines)}";

        string Show(string[] lines) => line < lines.Length ? lines[line] : "(no such line)";
    }
}
