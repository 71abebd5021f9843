using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using ModelGen.Tool.CommandLine;
using ModelGen.Tool.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary>Compiled models are kept, by one process at a time or several.</summary>
public sealed class CacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheSecondRunCompilesAndPacksNothing()
    {
        ToolRun first = Logits();
        ToolRun second = Logits();
        first.Activities.ShouldBe(["Compiling demo-stories-Q8_0.gguf", "Packing demo-stories-Q8_0.gguf"]);
        second.Activities.ShouldBeEmpty();
        second.Output.ShouldBe(first.Output);
    }

    [Fact]
    public void OtherOptionsAreAnotherAssemblyOverTheSameWeights()
    {
        Logits();
        Logits("--context", "64").Activities.ShouldBe(["Compiling demo-stories-Q8_0.gguf"]);
        Files("*.assembly").Count.ShouldBe(2);
        Files("*.weights").Count.ShouldBe(1);
    }

    [Fact]
    public void WithoutTheCacheNothingIsKept()
    {
        Logits("--no-cache").Activities.Count.ShouldBe(2);
        Directory.Exists(CacheFolder).ShouldBeFalse();
    }

    [Theory]
    [InlineData("*.assembly", "Compiling demo-stories-Q8_0.gguf")]
    [InlineData("*.weights", "Packing demo-stories-Q8_0.gguf")]
    public void ADamagedFileIsMadeAgain(string file, string activity)
    {
        ToolRun first = Logits();
        string path = Files(file).ShouldHaveSingleItem();
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        ToolRun second = Logits();
        second.Activities.ShouldBe([activity]);
        second.Output.ShouldBe(first.Output);
        File.WriteAllBytes(path, bytes[..10]);
        Logits().Output.ShouldBe(first.Output);
        Logits().Activities.ShouldBeEmpty();
    }

    [Fact]
    public void AChangedModelIsPackedAgain()
    {
        string copy = _folder["copy.gguf"];
        File.Copy(ToolRun.Stories, copy);
        ToolRun.Start(CacheFolder, "logits", copy, "--ids", "1");

        // Other contents of the same length and time.
        DateTime written = File.GetLastWriteTimeUtc(copy);
        byte[] contents = File.ReadAllBytes(copy);
        contents[^1] ^= 1;
        File.WriteAllBytes(copy, contents);
        File.SetLastWriteTimeUtc(copy, written);
        ToolRun.Start(CacheFolder, "logits", copy, "--ids", "1").Activities.ShouldBe(["Packing copy.gguf"]);
        Files("*.weights").Count.ShouldBe(1);

        // The same contents at another time.
        File.SetLastWriteTimeUtc(copy, written.AddHours(1));
        ToolRun.Start(CacheFolder, "logits", copy, "--ids", "1").Activities.ShouldBeEmpty();
    }

    [Fact]
    public void TwoProcessesAtOnce()
    {
        Process[] processes = [.. Enumerable.Range(0, 2).Select(_ => Start("logits", ToolRun.Stories, "--ids", "1,2,3"))];
        string[] outputs = [.. processes.Select(process => process.StandardOutput.ReadToEnd())];
        foreach (Process process in processes)
        {
            process.WaitForExit();
            process.ExitCode.ShouldBe(0, process.StandardError.ReadToEnd());
            process.Dispose();
        }

        outputs[0].ShouldNotBeEmpty();
        outputs[1].ShouldBe(outputs[0]);
        Files("*").ShouldAllBe(path => Path.GetExtension(path) == ".assembly" || Path.GetExtension(path) == ".weights");
        Logits().Activities.ShouldBeEmpty("what they left can be used");
    }

    private Process Start(params string[] arguments)
    {
        string tool = typeof(ToolCommand).Assembly.Location;
        ProcessStartInfo start = new("dotnet", ["exec", tool, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };

        // The folder of all caches; the tool's is within.
        start.Environment["XDG_CACHE_HOME"] = _folder.Path;
        return Process.Start(start)!;
    }

    private ToolRun Logits(params string[] arguments) =>
        ToolRun.Start(CacheFolder, ["logits", ToolRun.Stories, "--ids", "1,2,3", .. arguments]);

    // Where a process with that XDG_CACHE_HOME keeps its models.
    private string CacheFolder => _folder["modelgen"];

    private List<string> Files(string pattern) => Directory.Exists(CacheFolder)
        ? [.. Directory.EnumerateFiles(CacheFolder, pattern, SearchOption.AllDirectories)]
        : [];
}
