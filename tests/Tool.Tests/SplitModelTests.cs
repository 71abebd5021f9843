using System;
using System.IO;
using System.Text.Json;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary>The tool takes the first part of a split model for the model.</summary>
public sealed class SplitModelTests : IDisposable
{
    private static readonly byte[] Whole = new TinyModel { Name = "split", Layers = 2, Vocabulary = 300 }.ToArray();
    private static readonly byte[][] Parts = SplitGguf.Of(Whole, 3);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--no-cache")]
    [InlineData("--json")]
    public void TheFirstPartAnswersAsTheWholeModel(string option)
    {
        File.WriteAllBytes(_folder["whole.gguf"], Whole);
        string first = Write(Parts);
        Start("logits", _folder["whole.gguf"], "--ids", "3,4,5", "--out", _folder["whole.f32"], option).ExitCode.ShouldBe(0);
        ToolRun split = Start("logits", first, "--ids", "3,4,5", "--out", _folder["split.f32"], option);
        split.ExitCode.ShouldBe(0, split.Error);
        File.ReadAllBytes(_folder["split.f32"]).ShouldBe(File.ReadAllBytes(_folder["whole.f32"]));
    }

    [Fact]
    public void AChangedPartIsPackedAgain()
    {
        string first = Write(Parts);
        Logits().ExitCode.ShouldBe(0);
        Logits().Activities.ShouldBeEmpty();
        byte[] tuned = [.. Parts[2]];
        tuned[^2] ^= 0x40;
        Write(Parts[0], Parts[1], tuned);
        Logits().Activities.ShouldBe(["Packing split-00001-of-00003.gguf"]);

        ToolRun Logits() => Start("logits", first, "--ids", "3,4,5");
    }

    [Fact]
    public void InspectCountsAllParts()
    {
        File.WriteAllBytes(_folder["whole.gguf"], Whole);
        JsonElement split = Start("inspect", Write(Parts), "--json").Json;
        JsonElement whole = Start("inspect", _folder["whole.gguf"], "--json").Json;
        split.GetProperty("isSupported").GetBoolean().ShouldBeTrue();
        split.GetProperty("parameters").GetInt64().ShouldBe(whole.GetProperty("parameters").GetInt64());
        split.GetProperty("fileBytes").GetInt64().ShouldBe(Parts[0].Length + Parts[1].Length + Parts[2].Length);
    }

    [Fact]
    public void WhatIsNotTheFirstPartWithTheOthersIsOneClearError()
    {
        string first = Write(Parts);
        string second = first.Replace("-00001-", "-00002-", StringComparison.Ordinal);
        Start("logits", second, "--ids", "3").Error.ShouldContain("name the first part, whose name ends with '-00001-of-00003.gguf'");
        Tokenize(first).ExitCode.ShouldBe(0);
        File.Delete(second);
        string[][] commands = [["inspect", first], ["pack", first, "-o", _folder["packed.weights"]], ["run", first, "-p", "a"]];
        foreach (string[] command in commands)
        {
            ToolRun run = Start(command);
            run.ExitCode.ShouldBe(1);
            run.Error.ShouldContain("split-00002-of-00003.gguf is missing");
        }

        // The vocabulary is in the first part, which is enough for what needs no more.
        Tokenize(first).ExitCode.ShouldBe(0);
    }

    private ToolRun Tokenize(string path) => ToolRun.StartWith("\"a b\"\n", _folder["cache"], "tokenize", path);

    private string Write(params byte[][] parts) => SplitGguf.Write(_folder["a folder"], "split", parts);

    private ToolRun Start(params string[] arguments) => ToolRun.Start(_folder["cache"], arguments);
}
