using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;

namespace ModelGen.Package.Tests;

/// <summary>Runs the dotnet command as a user would, apart from the build that runs the tests.</summary>
internal static class DotnetCommand
{
    /// <summary>Runs a command that must succeed and returns what it printed.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">Variables to set.</param>
    /// <param name="cancellation">Ends the command.</param>
    /// <param name="arguments">Arguments of dotnet.</param>
    public static async Task<string> RunAsync(
        string folder, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        (int exitCode, string text) = await StartAsync("dotnet", folder, environment, cancellation, arguments);
        exitCode.ShouldBe(0, "dotnet " + string.Join(' ', arguments) + "\n" + text);
        return text;
    }

    /// <summary>Runs a build that must fail and returns its errors, each once.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">Variables to set.</param>
    /// <param name="cancellation">Ends the command.</param>
    /// <param name="arguments">Arguments of dotnet.</param>
    public static async Task<string[]> ErrorsAsync(
        string folder, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        (int exitCode, string text) = await StartAsync("dotnet", folder, environment, cancellation, arguments);
        exitCode.ShouldNotBe(0, "dotnet " + string.Join(' ', arguments) + "\n" + text);
        return [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Contains(": error ", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Runs a program that must succeed, such as one that was published, and returns what it printed.</summary>
    /// <param name="program">Path of the program.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<string> RunProgramAsync(string program, CancellationToken cancellation)
    {
        (int exitCode, string text) = await StartAsync(program, Path.GetDirectoryName(program)!, new Dictionary<string, string>(), cancellation, []);
        exitCode.ShouldBe(0, program + "\n" + text);
        return text;
    }

    /// <summary>Runs a program that must fail, and returns what it printed.</summary>
    /// <param name="program">Path of the program.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<string> RunFailingProgramAsync(string program, CancellationToken cancellation)
    {
        (int exitCode, string text) = await StartAsync(program, Path.GetDirectoryName(program)!, new Dictionary<string, string>(), cancellation, []);
        exitCode.ShouldNotBe(0, program + "\n" + text);
        return text;
    }

    /// <summary>Runs a program and returns how it ended and what it printed.</summary>
    /// <param name="program">Path of the program.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">Variables to set.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<(int ExitCode, string Text)> StartAsync(
        string program, string folder, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the running test host was told by its own MSBuild is not for another one.
        foreach (string name in new[] { "MSBUILD_EXE_PATH", "MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBuildLoadMicrosoftTargetsReadOnly" })
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

        // A server that stays behind would keep the package's files open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException(program + " did not start");
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
            string text = await output + await errors;
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, text);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
