using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelGen.Compare.Building;
using ModelGen.Compare.Llama;

namespace ModelGen.Compare.Measuring;

/// <summary>A program that can be started to be measured: one of ours, or llama.cpp in a child process of this program.</summary>
/// <param name="Name">Name in messages and tables.</param>
/// <param name="FileName">Its executable.</param>
/// <param name="Verbs">What stands before the model's and the command's own arguments.</param>
/// <param name="Setting">Arguments behind the verb "worker" or "first", up to those of the command.</param>
internal sealed record EngineProgram(string Name, string FileName, IReadOnlyList<string> Verbs, Func<int, IReadOnlyList<string>> Setting)
{
    /// <summary>Name of llama.cpp's engine.</summary>
    public const string LlamaCpp = "llama.cpp";

    /// <summary>A program of ours.</summary>
    public static EngineProgram Of(ModelProgram program) =>
        new(program.Variant.Name, program.Path, [], threads => [Text(threads)]);

    /// <summary>llama.cpp with a model.</summary>
    public static EngineProgram OfLlama(string folder, ModelFacts model, int contextLength)
    {
        (string file, IReadOnlyList<string> verbs) = Self(LlamaWorker.Verb);
        return new(LlamaCpp, file, verbs, threads => [folder, model.Path, Text(threads), Text(contextLength)]);
    }

    /// <summary>llama.cpp with a model that turns texts into vectors.</summary>
    public static EngineProgram OfLlamaEncoder(string folder, ModelFacts model, int contextLength)
    {
        (string file, IReadOnlyList<string> verbs) = Self(LlamaWorker.EncoderVerb);
        return new(LlamaCpp, file, verbs, threads => [folder, model.Path, Text(threads), Text(contextLength)]);
    }

    /// <summary>Asks llama.cpp who it is.</summary>
    /// <exception cref="InvalidOperationException">It cannot be used.</exception>
    public static (string Version, string CpuLibrary) DescribeLlama(string folder)
    {
        (string file, IReadOnlyList<string> verbs) = Self(LlamaWorker.Verb);
        JsonElement answer = RunOnce(LlamaCpp, StartInfo(file, [.. verbs, "describe", folder]));
        return (answer.GetProperty("version").GetString()!, answer.GetProperty("library").GetString()!);
    }

    /// <summary>Starts it as a process that obeys commands.</summary>
    public WorkerProcess StartWorker(int threads) => new(Name, StartInfo(FileName, [.. Verbs, "worker", .. Setting(threads)]));

    /// <summary>Starts it, has one prompt evaluated, and waits for its end.</summary>
    public FirstToken RunFirst(int threads, int count)
    {
        ProcessStartInfo info = StartInfo(FileName, [.. Verbs, "first", .. Setting(threads), Text(count)]);
        long spawned = Stopwatch.GetTimestamp();
        JsonElement answer = RunOnce(Name, info);
        if (!answer.GetProperty("finite").GetBoolean())
        {
            throw new InvalidOperationException(Name + " gives logits that are not numbers.");
        }

        // All processes of a machine read one monotonic clock.
        long origin = answer.GetProperty("origin").GetInt64();
        return new FirstToken(
            Stopwatch.GetElapsedTime(origin == 0 ? spawned : origin, answer.GetProperty("end").GetInt64()),
            answer.GetProperty("peak").GetInt64() - answer.GetProperty("host").GetInt64());
    }

    private static JsonElement RunOnce(string name, ProcessStartInfo info)
    {
        info.RedirectStandardOutput = true;
        using Process process = Process.Start(info)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{name} has ended with code {process.ExitCode}; what it wrote stands above.");
        }

        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    private static ProcessStartInfo StartInfo(string file, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo info = new(file, arguments);
        info.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return info;
    }

    // This program once more, whether it was started by its own executable or by `dotnet`.
    private static (string File, IReadOnlyList<string> Verbs) Self(string verb)
    {
        string file = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(file) == "dotnet"
            ? (file, [typeof(EngineProgram).Assembly.Location, verb])
            : (file, [verb]);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How a fresh process got to its first token.</summary>
/// <param name="Elapsed">From its start to the logits of the prompt.</param>
/// <param name="PeakMemory">The most memory that was resident, in bytes.</param>
internal readonly record struct FirstToken(TimeSpan Elapsed, long PeakMemory);
