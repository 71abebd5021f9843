using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

namespace ModelGen.Tests.Shared;

/// <summary>
/// Runs tests of a test assembly once more in a process of their own: with an environment that a process reads once, at its start.
/// </summary>
internal static partial class TestProcess
{
    // Far beyond what any such run takes; it only keeps a child that hangs from keeping its parent for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Runs some of the assembly's tests.</summary>
    /// <param name="assembly">A test assembly, which is an executable.</param>
    /// <param name="arguments">Which tests, as the xunit.v3 runner takes it: "-trait", "name=value", "-method", …</param>
    /// <param name="environment">Variables to set beside those of this process.</param>
    public static TestRun Run(Assembly assembly, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        // The same runtime that runs this test.
        string dotnet = Path.GetFullPath(Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(dotnet, ["exec", assembly.Location, "-noColor", "-noLogo", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        string text = output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult();
        Match summary = Summary().Match(text);
        int Count(string group) => summary.Success ? int.Parse(summary.Groups[group].ValueSpan) : 0;
        return new TestRun(
            process.ExitCode == 0 && summary.Success && Count("errors") + Count("failed") == 0,
            Count("total") - Count("skipped"),
            text);
    }

    [GeneratedRegex(@"Total: (?<total>\d+), Errors: (?<errors>\d+), Failed: (?<failed>\d+), Skipped: (?<skipped>\d+)")]
    private static partial Regex Summary();
}

/// <summary>How a run of tests ended.</summary>
/// <param name="Passed">No test failed.</param>
/// <param name="Ran">Tests that were not skipped.</param>
/// <param name="Output">What the process wrote.</param>
internal sealed record TestRun(bool Passed, int Ran, string Output);
