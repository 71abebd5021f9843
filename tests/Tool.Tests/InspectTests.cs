using System;
using System.Linq;
using System.Text.Json;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary>modelgen inspect: what a model is, whether or not it can be compiled.</summary>
public sealed class InspectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AModelThatCanBeCompiled()
    {
        JsonElement report = Inspect(ToolRun.Stories, "--json").Json;
        report.GetProperty("isSupported").GetBoolean().ShouldBeTrue();
        report.GetProperty("architecture").GetString().ShouldBe("llama");
        report.GetProperty("shapes").GetProperty("layers").GetInt32().ShouldBe(4);
        report.GetProperty("formats").EnumerateArray().Select(format => format.GetProperty("format").GetString()).ShouldBe(["Q8_0", "F32"]);
        JsonElement plan = report.GetProperty("plan");
        plan.GetProperty("weightBytes").GetInt64().ShouldBeGreaterThan(3_000_000);

        // Every weight is multiplied and added once.
        plan.GetProperty("operationsOfToken").GetInt64().ShouldBe(2 * 2_883_584);
    }

    [Fact]
    public void TheReportForPeopleEndsWithTheVerdict() =>
        Inspect(ToolRun.Stories).Output.TrimEnd().ShouldEndWith("This model can be compiled.");

    [Fact]
    public void AModelThatCannotBeCompiledSaysWhy()
    {
        byte[] file = new GgufWriter()
            .AddString("general.architecture", "wavtokenizer-dec")
            .AddTensor("output_norm.weight", [4], [1f, 1f, 1f, 1f])
            .ToArray();
        System.IO.File.WriteAllBytes(_folder["decoder.gguf"], file);
        ToolRun run = Inspect(_folder["decoder.gguf"], "--json");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Json.GetProperty("isSupported").GetBoolean().ShouldBeFalse();
        run.Json.GetProperty("remarks")[0].GetProperty("message").GetString()!.ShouldContain("architecture 'wavtokenizer-dec' is not supported");
        run.Json.GetProperty("plan").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    /// <summary>What inspect says can be compiled, pack packs and the model runs; what it says cannot, pack refuses in the same words.</summary>
    [Theory]
    [InlineData("none", true)]
    [InlineData("names-no-tokenizer", true)]
    [InlineData("no-tokens", true)]
    [InlineData("by-layer", true)]
    [InlineData("one-of-one", true)]
    [InlineData("no-merges", false)]
    [InlineData("two-tokens-of-one-text", false)]
    [InlineData("score-is-no-number", false)]
    [InlineData("part", false)]
    [InlineData("experts", false)]
    public void InspectAndPackAgree(string file, bool isSupported)
    {
        GgufEdit edit = GgufEdit.Of(new TinyModel { Name = file, Layers = 2, Vocabulary = 48 }.ToArray());
        edit = file switch
        {
            "none" => edit.Remove("tokenizer.ggml.tokens").Set(writer => writer.AddString("tokenizer.ggml.model", "none")),
            "names-no-tokenizer" => edit.Remove("tokenizer.ggml.model"),
            "no-tokens" => edit.Remove("tokenizer.ggml.tokens"),
            "by-layer" => edit.Set(writer => writer.AddInt32s("llama.attention.head_count_kv", 2, 2)).Reshape(shape => [.. shape, 1]),
            "one-of-one" => edit.Set(writer => writer.AddUInt16("split.no", 0).AddUInt16("split.count", 1)),
            "no-merges" => edit.Set(writer => writer.AddString("tokenizer.ggml.model", "gpt2")),
            "two-tokens-of-one-text" => edit.Set(writer => writer.AddStrings("tokenizer.ggml.tokens", Enumerable.Repeat("a", 48))),
            "score-is-no-number" => edit.Set(writer => writer.AddFloats("tokenizer.ggml.scores", Enumerable.Repeat(float.NaN, 48))),
            "part" => edit.Set(writer => writer.AddUInt16("split.no", 1).AddUInt16("split.count", 2)),
            _ => edit.Set(writer => writer.AddUInt32("llama.expert_count", 8)),
        };
        string path = _folder[file + ".gguf"];
        System.IO.File.WriteAllBytes(path, edit.ToArray());
        JsonElement report = Inspect(path, "--json").Json;
        ToolRun pack = ToolRun.Start(_folder["cache"], "pack", path, "-o", _folder["packed.weights"]);
        ToolRun run = ToolRun.Start(_folder["cache"], "logits", path, "--ids", "3,4", "--no-cache");
        report.GetProperty("isSupported").GetBoolean().ShouldBe(isSupported);
        pack.ExitCode.ShouldBe(isSupported ? 0 : 1, pack.Error);
        run.ExitCode.ShouldBe(isSupported ? 0 : 1, run.Error);
        JsonElement shapes = report.GetProperty("shapes");
        shapes.GetProperty("vocabulary").GetInt32().ShouldBe(48);
        shapes.GetProperty("keyValueHeads").GetInt32().ShouldBe(2);
        if (!isSupported)
        {
            string message = report.GetProperty("remarks").EnumerateArray().Single(remark => remark.GetProperty("isError").GetBoolean())
                .GetProperty("message").GetString()!;
            pack.Error.ShouldContain(message.Replace($"'{file}.gguf': ", ""));
        }
    }

    private ToolRun Inspect(params string[] arguments) => ToolRun.Start(_folder["cache"], ["inspect", .. arguments]);
}
