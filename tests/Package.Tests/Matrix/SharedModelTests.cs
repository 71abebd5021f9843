using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>Several projects that share models, built in every order that a day brings.</summary>
public sealed class SharedModelTests(SharedModelSolution solution) : IClassFixture<SharedModelSolution>
{
    private readonly SourceTree _tree = solution.Tree;
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>Several models in a project, several projects with a model, models outside of the project's folder, and a path that few tools like.</summary>
    [Fact]
    public async Task EachProgramFindsItsModels()
    {
        string[] first = await _tree.RunAsync("First/bin/Debug/net10.0/First.dll", _cancellation);
        string[] second = await _tree.RunAsync("Second/bin/Debug/net10.0/Second.dll", _cancellation);

        first.Length.ShouldBe(3, string.Join('\n', first));
        first[0].ShouldStartWith("First.Shared: the shared one, ");
        first[1].ShouldStartWith("First.Other: the other one, ");
        string answer = first[0].Split(", ")[1];
        first[1].ShouldNotEndWith(answer);
        first[2].ShouldBe("Tales.Shared: the shared one, " + answer);
        second.ShouldBe(["Shared: the shared one, " + answer]);

        // Each program has what it loads and no more.
        Weights("First/bin/Debug").ShouldBe(["other.weights", "shared.weights"]);
        Weights("Second/bin/Debug").ShouldBe(["shared.weights"]);
    }

    [Fact]
    public async Task ASecondBuildWritesNoFile()
    {
        solution.Log.ShouldContain("Packed shared.gguf into");

        // Tests run in any order: what others have restored and built here is put right first.
        await _tree.DotnetAsync(_cancellation, "build", "--nologo", "All.slnx");
        string[] before = _tree.Files();

        string log = await _tree.DotnetAsync(_cancellation, "build", "--nologo", "-v:n", "All.slnx");

        _tree.Files().ShouldBe(before);
        log.ShouldNotContain("Wrote ");
        log.ShouldNotContain("Packed ");
    }

    [Fact]
    public async Task VersionsAreCentralAndLocked()
    {
        string locked = await File.ReadAllTextAsync(_tree.PathOf("Second/packages.lock.json"), _cancellation);
        locked.ShouldContain("\"ModelGen.Runtime\": {");
        locked.ShouldContain($"\"resolved\": \"{PackageFixture.Version}\"");
        await _tree.DotnetAsync(_cancellation, "restore", "--locked-mode", "--force", "Second/Second.csproj");
    }

    /// <summary>
    /// Two builds that pack into one folder, as an editor's and a command line's do, and then two configurations, which share what was
    /// restored. What one of them made is cleaned away; the other's stays.
    /// </summary>
    [Fact]
    public async Task TwoBuildsAtOnceAndOneCleanedAway()
    {
        string[] pack = ["msbuild", "-nologo", "-t:Compile;PackGgufModels", "-p:Configuration=Left", "Second/Second.csproj"];
        await Task.WhenAll(_tree.DotnetAsync(_cancellation, pack), _tree.DotnetAsync(_cancellation, pack));
        Weights("Second/obj/Left").ShouldBe(["shared.weights"]);

        string[] build = ["build", "--nologo", "--no-restore", "Second/Second.csproj", "-c"];
        await Task.WhenAll(_tree.DotnetAsync(_cancellation, [.. build, "Left"]), _tree.DotnetAsync(_cancellation, [.. build, "Right"]));
        string[] expected = await _tree.RunAsync("Second/bin/Debug/net10.0/Second.dll", _cancellation);
        (await _tree.RunAsync("Second/bin/Left/net10.0/Second.dll", _cancellation)).ShouldBe(expected);
        (await _tree.RunAsync("Second/bin/Right/net10.0/Second.dll", _cancellation)).ShouldBe(expected);

        await _tree.DotnetAsync(_cancellation, "clean", "--nologo", "Second/Second.csproj", "-c", "Left");
        _tree.Files("Second/bin/Left").ShouldBeEmpty();
        _tree.Files("Second/obj/Left").ShouldAllBe(file => !file.Contains("modelgen", StringComparison.Ordinal));
        (await _tree.RunAsync("Second/bin/Right/net10.0/Second.dll", _cancellation)).ShouldBe(expected);
    }

    private string[] Weights(string folder) =>
    [
        .. Directory.EnumerateFiles(_tree.PathOf(folder), "*.weights", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal)!,
    ];
}
