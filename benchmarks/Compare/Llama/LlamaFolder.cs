using System;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace ModelGen.Compare.Llama;

/// <summary>Finds the prebuilt llama.cpp to compare with.</summary>
internal static class LlamaFolder
{
    private const string Variable = "LLAMA_DIR";

    /// <summary>The folder with libllama*.so.</summary>
    /// <param name="given">The option's value, or null: then the environment variable LLAMA_DIR, then what the repository's neighbour installs.</param>
    /// <param name="repository">The repository's folder.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static string Find(string? given, string repository)
    {
        string? folder = given ?? Environment.GetEnvironmentVariable(Variable) ?? Install(Path.GetFullPath(Path.Combine(repository, "../shared/tools/llama-dir")));
        if (folder is null)
        {
            throw new InvalidOperationException(
                $"There is no llama.cpp to compare with. Name a folder with libllama*.so of llama.cpp v0.5.0 with --llama-dir or in {Variable}; the npm package node-llama-cpp 3.22.1 has one in @node-llama-cpp/linux-x64/bins/linux-x64.");
        }

        folder = Path.GetFullPath(folder);
        return Directory.Exists(folder) && Directory.EnumerateFiles(folder, "libllama.*so*").Any()
            ? folder
            : throw new InvalidOperationException("There is no libllama*.so in " + folder + ".");
    }

    /// <summary>Bytes of the libraries that a program with llama.cpp needs on this processor.</summary>
    /// <param name="folder">The folder with them.</param>
    /// <param name="cpuLibrary">File name of the CPU backend that it loads here.</param>
    public static long Size(string folder, string cpuLibrary) =>
        ((string[])["libggml-base.so*", "libggml.*so*", "libllama.*so*", cpuLibrary])
            .Select(pattern => Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal).First())
            .Sum(file => new FileInfo(file).Length);

    private static string? Install(string script)
    {
        if (!File.Exists(script))
        {
            return null;
        }

        using Process process = Process.Start(new ProcessStartInfo(script) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 && output.Length > 0 ? output : null;
    }
}
