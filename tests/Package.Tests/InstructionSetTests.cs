using System;
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

    /// <summary>The highest level is compiled by the publishing build itself; each other one's name is that of its folder too.</summary>
    [Theory]
    [InlineData("v10.0", "v2;v3;v4", "x86-64-v4", "v2, v3, v4")]
    [InlineData("v9.0", " V3 ; v2;v2; ", "x86-x64-v3", "v2, v3")]
    [InlineData("v10.0", "v2", "x86-64-v2", "v2")]
    public async Task SetsTheHighestOfSeveralLevels(string framework, string levels, string instructionSet, string named)
    {
        string log = await RunAsync(framework, "linux-x64", instructionSet: "", levels, "-getProperty:IlcInstructionSet");
        log.Trim().ShouldBe(instructionSet);
        log = await RunAsync(framework, "linux-x64", instructionSet: "", levels);
        log.ShouldContain($"compiling for x86-64 {named} (ModelGenInstructionSets)");
        log.ShouldNotContain("MGEN021");
    }

    [Theory]
    [InlineData("linux-x64", "", "v2;v5", "ModelGenInstructionSets is 'v2;v5'; it can have the levels v2, v3 and v4, with semicolons between them (on a command line %3B).")]
    [InlineData("linux-x64", "", "x86-64-v3", "ModelGenInstructionSets is 'x86-64-v3'; it can have the levels")]
    [InlineData("linux-x64", "", ";", "ModelGenInstructionSets is ';'; it can have the levels")]
    [InlineData("linux-x64", "native", "v2;v3", "ModelGenInstructionSets is 'v2;v3' and IlcInstructionSet 'native': leave one of them away")]
    [InlineData("win-x64", "", "v2;v3", "is published for win-x64: publish a program for each level there, with IlcInstructionSet")]
    [InlineData("osx-x64", "", "v2;v3", "is published for osx-x64: ")]
    public async Task SaysWhatIsWrongWithSeveralLevels(string runtime, string instructionSet, string levels, string message)
    {
        string project = await WriteAsync("v10.0", runtime, instructionSet, levels);
        string[] errors = await DotnetCommand.ErrorsAsync(packages.Root, new Dictionary<string, string>(), TestContext.Current.CancellationToken, Arguments(project));
        errors.ShouldHaveSingleItem().ShouldContain("error MGEN032: ");
        errors[0].ShouldContain(message);
    }

    /// <summary>There are no such levels: what is published for x86-64 too need not ask which one it is.</summary>
    [Fact]
    public async Task LevelsAreNothingToOtherProcessors() =>
        (await RunAsync("v10.0", "linux-arm64", instructionSet: "", "v2;v3")).Trim().ShouldBeEmpty();

    [Theory]
    [InlineData("linux-arm64", "")]
    [InlineData("", "")]
    public async Task LeavesOtherProcessorsAlone(string runtime, string instructionSet) =>
        (await RunAsync("v10.0", runtime, instructionSet)).Trim().ShouldBeEmpty();

    [Theory]
    [InlineData("linux-arm64", "", true)]
    [InlineData("osx-arm64", "", true)]
    [InlineData("linux-arm64", "armv8.2-a,dotprod", false)]
    [InlineData("linux-x64", "", false)]
    public async Task SaysThatOneProgramServesEveryArm64Processor(string runtime, string instructionSet, bool says)
    {
        string project = await WriteAsync("v10.0", runtime, instructionSet, levels: "");
        string log = await DotnetCommand.RunAsync(
            packages.Root,
            new Dictionary<string, string>(),
            TestContext.Current.CancellationToken,
            "msbuild", project, "-nologo", "-verbosity:minimal", "-target:TellModelGenInstructionSet");
        log.Contains("compiling for every ARM64 processor", StringComparison.Ordinal).ShouldBe(says, log);
    }

    /// <summary>Runs the target by itself and returns what MSBuild printed.</summary>
    private async Task<string> RunAsync(string framework, string runtime, string instructionSet, string levels = "", params string[] arguments) =>
        await DotnetCommand.RunAsync(
            packages.Root,
            new Dictionary<string, string>(),
            TestContext.Current.CancellationToken,
            [.. Arguments(await WriteAsync(framework, runtime, instructionSet, levels)), .. arguments]);

    private static string[] Arguments(string project) => ["msbuild", project, "-nologo", "-verbosity:minimal", "-target:SetModelGenInstructionSet"];

    private async Task<string> WriteAsync(string framework, string runtime, string instructionSet, string levels)
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
                <ModelGenInstructionSets>{levels}</ModelGenInstructionSets>
              </PropertyGroup>
              <Import Project="{Path.Combine(RepositoryFiles.Root, "src", "Generator", "build", "ModelGen.targets")}" />
            </Project>
            """,
            TestContext.Current.CancellationToken);
        return project;
    }
}
