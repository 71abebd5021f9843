using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Threading;
using ModelGen.Tests.Shared;
using ModelGen.Tool.CommandLine;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.Tests.Harness;

/// <summary>A run of the command in this process.</summary>
/// <param name="ExitCode">What it returned.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
/// <param name="Activities">Work that took a while, in its order.</param>
internal sealed record ToolRun(int ExitCode, string Output, string Error, IReadOnlyList<string> Activities)
{
    /// <summary>The small model of the repository.</summary>
    public static string Stories { get; } = Path.Combine(RepositoryFiles.Root, "samples", "Stories", "models", "demo-stories-Q8_0.gguf");

    /// <summary>The output as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs a command.</summary>
    /// <param name="cacheFolder">The cache.</param>
    /// <param name="arguments">The command line.</param>
    public static ToolRun Start(string cacheFolder, params string[] arguments) => StartWith("", cacheFolder, arguments);

    /// <summary>Runs a command that reads.</summary>
    /// <param name="input">What it reads from standard input.</param>
    /// <param name="cacheFolder">The cache.</param>
    /// <param name="arguments">The command line.</param>
    public static ToolRun StartWith(string input, string cacheFolder, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        RecordingActivity activity = new();
        int exitCode = ToolCommand.Run(arguments, new ToolHost(new StringReader(input), output, error, activity, cacheFolder, CancellationToken.None));
        return new ToolRun(exitCode, output.ToString(), error.ToString(), [.. activity.Names]);
    }

    private sealed class RecordingActivity : IActivity
    {
        public ConcurrentQueue<string> Names { get; } = new();

        public T Run<T>(string what, Func<Action<double>, T> work)
        {
            Names.Enqueue(what);
            return work(_ => { });
        }
    }
}
