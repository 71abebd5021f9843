using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Architectures;

/// <summary>
/// llama.cpp itself, and the programs beside the repository that write models for it: shared/tools. Both need python3 with numpy; llama.cpp's
/// libraries are in the folder that LLAMA_DIR names.
/// </summary>
internal static class LlamaCpp
{
    private const string FolderVariable = "LLAMA_DIR";

    private static readonly string Tools = Path.GetFullPath(Path.Combine(RepositoryFiles.Root, "../shared/tools"));

    // The system's own first: numpy is installed for that one.
    private static readonly Lazy<string?> Python = new(() =>
        new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(candidate => Start(candidate, "", "-c", "import numpy").ExitCode == 0));

    private static readonly Lazy<string?> Obstacle = new(FindObstacle);

    /// <summary>Whether nothing is missing.</summary>
    public static bool IsHere => Obstacle.Value is null;

    /// <summary>Skips the test where something is missing, and says what.</summary>
    public static void Require() => Assert.SkipWhen(Obstacle.Value is not null, Obstacle.Value ?? "");

    /// <summary>Writes a model with random weights: a preset of one of the two programs, the same bytes each time.</summary>
    public static void WriteModel(string preset, string format, string path)
    {
        // make_gguf.py has the presets that begin with tiny-, make_more.py all others.
        string program = preset.StartsWith("tiny-", StringComparison.Ordinal) ? "make_gguf.py" : "make_more.py";
        Run(program, preset, format, path);
    }

    /// <summary>Its logits after each token, evaluated one at a time, with keys and values in floats; to a source text, where there is one.</summary>
    public static float[][] Evaluate(string path, int[] tokens, int vocabulary, int[]? source = null)
    {
        string output = TemporaryFiles.NewPath("logits.f32");
        string text = string.Join(',', tokens);
        string[] texts = source is not { Length: > 0 } ? ["--tokens", text] : ["--tokens", string.Join(',', source), "--decoder-tokens", text];
        Run("peer_bench.py", ["logits", path, "--exact", "--step", "--threads", "1", .. texts, "--out", output]);
        float[] logits = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)).ToArray();
        TemporaryFiles.Delete(output);
        return [.. logits.Chunk(vocabulary)];
    }

    /// <summary>An encoder's vectors of a text's tokens, before they are pooled or normalised, with all arithmetic in floats.</summary>
    public static float[][] Embed(string path, int[] tokens)
    {
        string script = Path.Combine(RepositoryFiles.Root, "tests/EndToEnd.Tests/Golden/embed.py");
        string output = TemporaryFiles.NewPath("vectors.f32");
        (int exitCode, _, string errors) = Start(Python.Value!, "", script, Tools, path, string.Join(',', tokens), output);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"llama.cpp does not embed with {path}: {errors}");
        }

        float[] vectors = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)).ToArray();
        TemporaryFiles.Delete(output);
        return [.. vectors.Chunk(vectors.Length / tokens.Length)];
    }

    /// <summary>Its ids of texts.</summary>
    public static int[][] Tokenize(string path, string[] texts, bool addSpecial, bool parseSpecial)
    {
        string script = Path.Combine(RepositoryFiles.Root, "tests/EndToEnd.Tests/Tokenizers/tokenize.py");
        string input = string.Concat(texts.Select(text => JsonSerializer.Serialize(text) + "\n"));
        (int exitCode, string output, string errors) = Start(
            Python.Value!, input, script, Tools, path, addSpecial ? "1" : "0", parseSpecial ? "1" : "0");
        return exitCode == 0
            ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<int[]>(line)!)]
            : throw new InvalidOperationException($"llama.cpp does not tokenize with {path}: {errors}");
    }

    private static string? FindObstacle()
    {
        if (!Directory.Exists(Tools))
        {
            return "There is no folder shared/tools beside the repository.";
        }

        if (!Directory.Exists(Environment.GetEnvironmentVariable(FolderVariable)))
        {
            return $"{FolderVariable} does not name the folder of llama.cpp's libraries (shared/tools/llama-dir installs and prints it).";
        }

        return Python.Value is null ? "There is no python3 with numpy." : null;
    }

    private static void Run(string program, params string[] arguments)
    {
        (int exitCode, _, string errors) = Start(Python.Value!, "", [Path.Combine(Tools, program), .. arguments]);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments.Take(3))} failed: {errors}");
        }
    }

    private static (int ExitCode, string Output, string Errors) Start(string program, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            process.WaitForExit();
            return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return (-1, "", error.Message);
        }
    }
}
