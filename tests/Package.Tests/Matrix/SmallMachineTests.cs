using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>A container with half a processor and 256 MB: what a build and a program take follows what there is.</summary>
public sealed class SmallMachineTests(SmallMachineProject project) : IClassFixture<SmallMachineProject>
{
    private const string OnlyLinux = "Threads and memory are read from /proc.";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>The build of it has kept within the memory too, or there would be no program.</summary>
    [Fact(Timeout = 300_000)]
    public async Task BuildsAndRunsWithin256Megabytes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), OnlyLinux);
        string text = await project.RunLimitedAsync("exec", SmallMachineProject.Assembly);
        Value(text, "processors").ShouldBe(1);
        Value(text, "workers").ShouldBe(0);
        Value(text, "peak").ShouldBeLessThan(SmallMachineProject.Megabytes << 10);
    }

    [Fact(Timeout = 300_000)]
    public async Task ThreadsFollowTheQuotaOfAControlGroup()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), OnlyLinux);
        using ProcessorQuota? quota = ProcessorQuota.TryCreate();
        Assert.SkipWhen(quota is null, "No control group can be made here: that takes the right to write below this process's own in /sys/fs/cgroup.");

        string[] program = ["dotnet", "exec", SmallMachineProject.Assembly];
        string text = await DotnetCommand.RunProgramAsync("/bin/sh", project.Tree.Folder, project.Tree.Environment, _cancellation, [.. quota!.Prefix, .. program]);
        Value(text, "processors").ShouldBe(1);
        Value(text, "workers").ShouldBe(0);

        // Without it the program takes all there are.
        string free = string.Join('\n', await project.Tree.RunAsync(SmallMachineProject.Assembly, _cancellation));
        Value(free, "processors").ShouldBe(Environment.ProcessorCount);
        Value(free, "workers").ShouldBe(Environment.ProcessorCount - 1);
    }

    private static long Value(string text, string name) =>
        long.Parse(SourceTree.Lines(text).Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..], provider: null);
}
