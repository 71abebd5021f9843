using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.InstructionSets;

/// <summary>
/// The tests of the narrower widths on a processor that has no wider one: with the wider sets turned off the JIT compiles the same kernels
/// to other instructions.
/// </summary>
public sealed class InstructionSetTests
{
    [Theory]
    [InlineData("Avx2", "DOTNET_EnableAVX512")]
    [InlineData("Vector128", "DOTNET_EnableAVX2")]
    public void KernelsPassOnProcessorsWithoutWiderSets(string widthName, string knob)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "Only x64 has instruction sets to turn off.");
        Assert.SkipUnless(Widths.Only == null, "This is the child process.");
        Assert.SkipUnless(widthName != "Avx2" || Avx2.IsSupported, "This processor does not run Avx2.");

        // The same runtime that runs this test, with the same assembly.
        string dotnet = Path.GetFullPath(Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(dotnet) { RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(InstructionSetTests).Assembly.Location);
        start.ArgumentList.Add("-noColor");
        start.ArgumentList.Add("-trait-");
        start.ArgumentList.Add(Widths.IndependentTrait + "=true");
        start.Environment[Widths.OnlyVariable] = widthName;
        start.Environment[knob] = "0";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, output);

        // At least the fifteen tests that run once a width, and the one below that looks at the processor.
        Match summary = Regex.Match(output, @"Total: (\d+), Errors: 0, Failed: 0, Skipped: (\d+)");
        summary.Success.ShouldBeTrue(output);
        int ran = int.Parse(summary.Groups[1].ValueSpan) - int.Parse(summary.Groups[2].ValueSpan);
        ran.ShouldBeGreaterThanOrEqualTo(16, output);
    }

    [Fact]
    public void TheChildProcessLacksTheWiderSets()
    {
        Assert.SkipWhen(Widths.Only == null, "Only the child processes of the test above have sets turned off.");
        Avx512F.IsSupported.ShouldBeFalse();
        Avx2.IsSupported.ShouldBe(Widths.Only == "Avx2");
    }
}
