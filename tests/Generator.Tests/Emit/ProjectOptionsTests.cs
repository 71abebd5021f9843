using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Emit;

/// <summary>Emitted code compiles without a warning, and to the same instructions, whatever options a project has.</summary>
public sealed class ProjectOptionsTests
{
    private static readonly TestModel Model = new TestModel { Layers = 1 }
        .With("tokenizer.chat_template", TestModel.Text("{% for m in messages %}{{ loop.index0 - -m.x * 2 }}{% break %}{% endfor %}"));

    private static readonly string[] Use =
    [
        GeneratorRun.Class("Model", Model.FileName),
        "internal static class Use { public static ModelGen.CompiledDecoder Load() => Compiled.Model.Load(new ModelGen.LoadOptions()); }",
    ];

    [Theory]
    [InlineData(LanguageVersion.CSharp11)]
    [InlineData(LanguageVersion.CSharp12)]
    [InlineData(LanguageVersion.Latest)]
    [InlineData(LanguageVersion.Preview)]
    public void EveryLanguageVersion(LanguageVersion language) => Compile(new ProjectOptions { Language = language });

    [Fact]
    public void NullableOff() => Compile(new ProjectOptions { IsNullable = false });

    [Fact]
    public void NotOptimized() => Compile(new ProjectOptions { IsOptimized = false });

    [Fact]
    public void OverflowChecked() =>
        OverflowChecks.In(GeneratorRun.Start(new ProjectOptions { IsChecked = true }, Use, MemoryText.Of(Model)).Compile()).ShouldBeEmpty();

    /// <summary>Checks are found where there are some: what the test above looks for is there to be found.</summary>
    [Fact]
    public void OverflowChecksAreFound()
    {
        string[] sources = ["internal static class Sum { public static unsafe byte* Of(byte* a, int i, bool b) { switch (i) { case 1: return a; case 2: return a + 2; case 3: return a + 4; } return b ? a + i : a; } }"];
        OverflowChecks.In(GeneratorRun.Start(new ProjectOptions { IsChecked = true }, sources).Compile()).ShouldBe(["Sum.Of: add.ovf.un"]);
        OverflowChecks.In(GeneratorRun.Start(new ProjectOptions(), sources).Compile()).ShouldBeEmpty();
    }

    /// <summary>An editor runs no implementation outputs: the program that it compiles has the class with its methods and no kernels, and no errors.</summary>
    [Fact]
    public void AnEditorSeesTheClassAlone()
    {
        GeneratorRun run = GeneratorRun.Start(new ProjectOptions { IsDesignTime = true }, Use, MemoryText.Of(Model));
        run.Compile().ShouldNotBeEmpty();
        run.Files.Keys.ShouldBe(["Compiled.Model.Model.g.cs"]);
    }

    private static void Compile(ProjectOptions options) =>
        GeneratorRun.Start(options, Use, MemoryText.Of(Model)).Compile().ShouldNotBeEmpty();
}
