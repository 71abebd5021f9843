using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using ModelGen.Tests.Shared;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>Jinja2 itself, in a process of Python.</summary>
internal static class JinjaProcess
{
    // Debian's Python, which has its package python3-jinja2.
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<string?> Reason = new(() =>
        !File.Exists(Python) ? $"there is no {Python}"
        : Run(["-c", "import jinja2"], "").ExitCode != 0 ? $"{Python} has no package jinja2 (Debian's python3-jinja2)"
        : null);

    /// <summary>Why Jinja2 cannot be asked; null where it can.</summary>
    public static string? ReasonOfAbsence => Reason.Value;

    /// <summary>What Jinja2 gives for each template: a text, or null where it fails, and the error.</summary>
    /// <param name="templates">The templates.</param>
    /// <param name="variables">What they are rendered with.</param>
    /// <param name="now">What they take for now.</param>
    public static IReadOnlyList<(string? Text, string? Error)> Render(IEnumerable<string> templates, JsonNode variables, string now)
    {
        JsonObject batch = new()
        {
            ["now"] = now,
            ["variables"] = variables.DeepClone(),
            ["templates"] = new JsonArray([.. templates.Select(template => (JsonNode)template)]),
        };
        (int exitCode, string output, string error) = Run(
            [Path.Combine(RepositoryFiles.Root, "tests", "EndToEnd.Tests", "Templates", "render_batch.py")], batch.ToJsonString());
        return exitCode == 0
            ? [.. ((JsonArray)JsonNode.Parse(output)!).Select(result => (result!["text"]?.GetValue<string>(), result["error"]?.GetValue<string>()))]
            : throw new InvalidOperationException(error);
    }

    private static (int ExitCode, string Output, string Error) Run(string[] arguments, string input)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        })!;
        System.Threading.Tasks.Task<string> error = process.StandardError.ReadToEndAsync();
        System.Threading.Tasks.Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }
}
