using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>What the package's targets do about the processors that a native program is compiled for.</summary>
public sealed class InstructionSetTests(PackageFixture packages)
{
    [Theory]
    [InlineData("v8.0", "linux-x64", "x86-x64-v3")]
    [InlineData("v9.0", "win-x64", "x86-x64-v3")]
    [InlineData("v10.0", "linux-x64", "x86-64-v3")]
    public async Task SetsOneWithAvx2WhereThereIsNone(string framework, string runtime, string instructionSet)
    {
        string log = await RunAsync(framework, runtime, instructionSet: "");
        log.ShouldContain($"IlcInstructionSet={instructionSet})");
        log.ShouldNotContain("MGEN021");
    }

    [Theory]
    [InlineData("native")]
    [InlineData("x86-64-v4")]
    [InlineData("x86-x64-v3,aes")]
    [InlineData("avx2,bmi,fma")]
    [InlineData("AVX512F")]
    public async Task IsSilentWhereTheProjectChoseOneWithAvx2(string instructionSet) =>
        (await RunAsync("v10.0", "linux-x64", instructionSet)).Trim().ShouldBeEmpty();

    [Theory]
    [InlineData("x86-64-v2")]
    [InlineData("base")]
    [InlineData("sse4.2,popcnt")]
    [InlineData("x86-64-v3,-avx2")]
    public async Task WarnsWhereTheProjectChoseOneWithout(string instructionSet)
    {
        string log = await RunAsync("v10.0", "linux-x64", instructionSet);
        log.ShouldContain("warning MGEN021: IlcInstructionSet=" + instructionSet);
    }

    [Theory]
    [InlineData("linux-arm64", "")]
    [InlineData("", "")]
    public async Task LeavesOtherProcessorsAlone(string runtime, string instructionSet) =>
        (await RunAsync("v10.0", runtime, instructionSet)).Trim().ShouldBeEmpty();

    /// <summary>Runs the target by itself and returns what MSBuild printed.</summary>
    private async Task<string> RunAsync(string framework, string runtime, string instructionSet)
    {
        string project = Path.Combine(packages.Root, Path.GetRandomFileName() + ".proj");
        await File.WriteAllTextAsync(
            project,
            $"""
            <Project>
              <PropertyGroup>
                <PublishAot>true</PublishAot>
                <TargetFrameworkVersion>{framework}</TargetFrameworkVersion>
                <RuntimeIdentifier>{runtime}</RuntimeIdentifier>
                <IlcInstructionSet>{instructionSet}</IlcInstructionSet>
              </PropertyGroup>
              <Import Project="{Path.Combine(RepositoryFiles.Root, "src", "Generator", "build", "ModelGen.targets")}" />
            </Project>
            """,
            TestContext.Current.CancellationToken);
        return await DotnetCommand.RunAsync(
            packages.Root,
            new Dictionary<string, string>(),
            TestContext.Current.CancellationToken,
            "msbuild",
            project,
            "-nologo",
            "-verbosity:minimal",
            "-target:SetModelGenInstructionSet");
    }
}
