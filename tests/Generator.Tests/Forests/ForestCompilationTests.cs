using System;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Forests;

/// <summary>Classes that carry [RandomForest], of all kinds and in all places: what is emitted for them compiles without a warning.</summary>
public sealed class ForestCompilationTests
{
    [Theory]
    [InlineData("[RandomForest(\"router.json\")] public sealed partial class Router { }")]
    [InlineData("[RandomForest(\"router.json\")] internal partial class Router : CompiledForest { }")]
    [InlineData("[RandomForest(\"router.json\")] internal sealed partial class @record { public int Forest => 1; }")]
    [InlineData("namespace App.@namespace { public partial struct Outer { [RandomForest(\"router.json\")] private sealed partial class Router { } } }")]
    [InlineData("namespace ForestDescription { namespace System { [RandomForest(\"router.json\")] public sealed partial class ReadOnlySpan { } } }")]
    [InlineData("[RandomForest(\"router.json\")] public sealed partial class ROUTER { } [RandomForest(\"router.json\")] public sealed partial class Router { }")]
    public void ClassesOfManyKinds(string declaration)
    {
        GeneratorRun run = GeneratorRun.Start(
            ["#pragma warning disable CS1591, CA1812\nusing ModelGen.Routing;\n" + declaration], ForestSample.TextOf(ForestSample.Small));
        run.Compile().ShouldNotBeEmpty();
        run.Files.Count.ShouldBe(2 * (declaration.Split("[RandomForest").Length - 1));
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp11, true, true, false)]
    [InlineData(LanguageVersion.CSharp11, false, false, true)]
    [InlineData(LanguageVersion.Latest, true, false, true)]
    public void UnderAnyOptions(LanguageVersion language, bool isChecked, bool isNullable, bool isOptimized)
    {
        ProjectOptions options = new() { Language = language, IsChecked = isChecked, IsNullable = isNullable, IsOptimized = isOptimized };
        GeneratorRun.Start(options, [ForestSample.Class()], ForestSample.TextOf(ForestSample.Small)).Compile().ShouldNotBeEmpty();
    }

    /// <summary>An editor compiles the program without the trees.</summary>
    [Fact]
    public void AnEditorNeedsNoTrees()
    {
        GeneratorRun run = GeneratorRun.Start(
            new ProjectOptions { IsDesignTime = true }, [ForestSample.Class()], ForestSample.TextOf(ForestSample.Small));
        run.Files.Keys.ShouldBe(["Compiled.Router.Forest.g.cs"]);
        run.Compile().ShouldNotBeEmpty();
    }

    /// <summary>What a file is called, and what stands in it, may be anything.</summary>
    [Fact]
    public void AHostileNameBreaksNoComment()
    {
        string source = ForestSample.Class(fileName: "a<b>&\\u2028*/ router.json");
        GeneratorRun run = GeneratorRun.Start([source], ForestSample.TextOf(ForestSample.Small, "/project/a<b>&\u2028*/ router.json"));
        run.Compile().ShouldNotBeEmpty();
    }

    [Fact]
    public void TwoRunsWriteTheSame() => ForestSample.Run(ForestSample.Small).Files.ShouldBe(ForestSample.Run(ForestSample.Small).Files);

    /// <summary>Leaves that are equal are there once, and nodes with children carry no probabilities.</summary>
    [Fact]
    public void TheSameLeafIsWrittenOnce()
    {
        string text = ForestSample.Run(ForestSample.Small.Replace("[0.5, 0.5, 0]", "[0.25, 0, 0.75]", StringComparison.Ordinal)).Files["Compiled.Router.ForestTrees.g.cs"];
        text.ShouldContain("        0.25, 0, 0.75, 0, 1, 0,\n    };");
    }

    /// <summary>Weights become probabilities; numbers that are probabilities already, up to rounding, stay what they are.</summary>
    [Theory]
    [InlineData("[0.7, 0.2, 0.1]", "0.7, 0.2, 0.1")]
    [InlineData("[7, 2, 1]", "0.7, 0.2, 0.1")]
    [InlineData("[1.5, 0.5, 0]", "0.75, 0.25, 0")]
    [InlineData("[0, 1e-300, 0]", "0, 1, 0")]
    public void LeavesBecomeProbabilities(string value, string probabilities) =>
        ForestSample.Run(ForestSample.Small.Replace("[0.5, 0.5, 0]", value, StringComparison.Ordinal)).Files["Compiled.Router.ForestTrees.g.cs"]
            .ShouldContain($" {probabilities},");
}
