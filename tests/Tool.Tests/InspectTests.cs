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
            .AddString("general.architecture", "mamba")
            .AddTensor("output_norm.weight", [4], [1f, 1f, 1f, 1f])
            .ToArray();
        System.IO.File.WriteAllBytes(_folder["mamba.gguf"], file);
        ToolRun run = Inspect(_folder["mamba.gguf"], "--json");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Json.GetProperty("isSupported").GetBoolean().ShouldBeFalse();
        run.Json.GetProperty("remarks")[0].GetProperty("message").GetString()!.ShouldContain("architecture 'mamba' is not supported");
        run.Json.GetProperty("plan").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private ToolRun Inspect(params string[] arguments) => ToolRun.Start(_folder["cache"], ["inspect", .. arguments]);
}
