using System;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Forests;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Generator.Tests.Incremental;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Forests;

/// <summary>What an edit runs again of the steps for classes with [RandomForest].</summary>
public sealed class ForestCachingTests
{
    private const string Other = "namespace Compiled { internal static class Other { public static int Answer => 42; } }";

    // What all depends on; what is said is read again with the places.
    private static readonly string[] Stages =
    [
        ForestPipeline.Stages.Targets, ForestPipeline.Stages.Read, ForestPipeline.Stages.Plan, ForestPipeline.Stages.Declare, ForestPipeline.Stages.Emit,
    ];

    [Fact]
    public void TheFirstRunDoesEverything()
    {
        GeneratorRun run = ForestSample.Run(ForestSample.Small);
        foreach (string stage in Stages)
        {
            run.Reasons(stage).ShouldBe([IncrementalStepRunReason.New], stage);
        }
    }

    [Fact]
    public void AnEditElsewhereRunsNothing()
    {
        GeneratorRun run = GeneratorRun.Start([ForestSample.Class(), Other], ForestSample.TextOf(ForestSample.Small));
        ShouldBeUnchanged(run.Edit(1, Other + "// edited"), [ForestPipeline.Stages.Classes, .. Stages]);
        ShouldBeUnchanged(run.Add("internal sealed class Added;"), [ForestPipeline.Stages.Classes, .. Stages]);
    }

    [Fact]
    public void MovingTheClassWritesNothingAgain()
    {
        GeneratorRun run = ForestSample.Run(ForestSample.Small);
        ShouldBeUnchanged(run.Edit(0, "\n// Typed above the class.\n\n" + ForestSample.Class()), Stages);
    }

    [Fact]
    public void MovingAClassMovesItsDiagnostics()
    {
        GeneratorRun run = ForestSample.Run("{");
        int line = run.Diagnostics.Single().Location.GetLineSpan().StartLinePosition.Line;
        GeneratorRun moved = run.Edit(0, "\n\n" + ForestSample.Class());
        moved.Diagnostics.Single().Location.GetLineSpan().StartLinePosition.Line.ShouldBe(line + 2);
        moved.Reasons(ForestPipeline.Stages.Plan).ShouldAllBe(reason => IsUnchanged(reason));
    }

    [Fact]
    public void AChangeOfOneForestWritesOnlyThatOne()
    {
        MemoryText old = ForestSample.TextOf(ForestSample.Small, "/project/second.json");
        GeneratorRun run = GeneratorRun.Start(
            [ForestSample.Class("A"), ForestSample.Class("B", "second.json")], ForestSample.TextOf(ForestSample.Small), old);
        GeneratorRun changed = run.Replace(old, ForestSample.TextOf(ForestSample.Small.Replace("0.1", "0.2", StringComparison.Ordinal), old.Path));
        changed.Reasons(ForestPipeline.Stages.Read).ShouldBe([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified]);
        changed.Reasons(ForestPipeline.Stages.Plan).ShouldBe([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Modified]);
        changed.Reasons(ForestPipeline.Stages.Emit).ShouldBe([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified]);
        changed.Files["Compiled.A.ForestTrees.g.cs"].ShouldBe(run.Files["Compiled.A.ForestTrees.g.cs"]);
        changed.Files["Compiled.B.ForestTrees.g.cs"].ShouldNotBe(run.Files["Compiled.B.ForestTrees.g.cs"]);
    }

    /// <summary>Written again, with other spaces, it is the same forest.</summary>
    [Fact]
    public void AFileThatSaysTheSameWritesNothingAgain()
    {
        MemoryText old = ForestSample.TextOf(ForestSample.Small);
        GeneratorRun run = GeneratorRun.Start([ForestSample.Class()], old);
        GeneratorRun changed = run.Replace(old, ForestSample.TextOf(ForestSample.Small + "\n\n"));
        ShouldBeUnchanged(changed, Stages);
    }

    [Fact]
    public void AFileThatNoClassNamesIsNotRead()
    {
        GeneratorRun run = GeneratorRun.Start(
            [ForestSample.Class()], ForestSample.TextOf(ForestSample.Small), ForestSample.TextOf("{", "/project/settings.json"));
        run.Reasons(ForestPipeline.Stages.Read).ShouldBe([IncrementalStepRunReason.New]);
        run.Diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void NoStepHoldsOnToTheCompilation()
    {
        GeneratorRun run = GeneratorRun.Start(
            [ForestSample.Class(), ForestSample.Class("Bad", "bad.json")], ForestSample.TextOf(ForestSample.Small), ForestSample.TextOf("{", "/project/bad.json"));
        string[] stages =
        [
            .. typeof(ForestPipeline.Stages).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (string)field.GetValue(null)!),
        ];
        stages.Length.ShouldBe(7);
        PipelineValuesTests.ShouldHoldNoCompilation(run, stages);
    }

    private static bool IsUnchanged(IncrementalStepRunReason reason) => reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged;

    private static void ShouldBeUnchanged(GeneratorRun run, string[] stages)
    {
        foreach (string stage in stages)
        {
            run.Reasons(stage).ShouldNotBeEmpty(stage);
            run.Reasons(stage).ShouldAllBe(reason => IsUnchanged(reason), stage);
        }
    }
}
