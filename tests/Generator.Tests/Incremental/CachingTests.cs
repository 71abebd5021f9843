using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Incremental;

/// <summary>What an edit runs again, step by step: typing in an editor must not compile models.</summary>
public sealed class CachingTests
{
    private const string Other = "namespace Compiled; internal static class Other { public static int Answer => 42; }";

    private static readonly string[] AllStages =
    [
        ModelGenerator.Stages.Classes, ModelGenerator.Stages.Targets, ModelGenerator.Stages.Read, ModelGenerator.Stages.Recognise,
        ModelGenerator.Stages.Plan, ModelGenerator.Stages.Emit,
    ];

    private static readonly TestModel First = new() { FileName = "first.gguf", Layers = 1 };
    private static readonly TestModel Second = new() { FileName = "second.gguf", Layers = 1 };

    [Fact]
    public void AnEditOfAnotherFileRunsNothing()
    {
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model", First.FileName), Other], MemoryText.Of(First));
        ShouldBeUnchanged(run.Edit(1, Other + "// edited"), AllStages);
        ShouldBeUnchanged(run.Add("internal sealed class Added;"), AllStages);
    }

    [Fact]
    public void TheFirstRunDoesEverything()
    {
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model", First.FileName)], MemoryText.Of(First));
        foreach (string stage in AllStages)
        {
            run.Reasons(stage).ShouldBe([IncrementalStepRunReason.New], stage);
        }
    }

    [Fact]
    public void ACommentInTheSameFileRunsNothing()
    {
        string source = GeneratorRun.Class("Model", First.FileName);
        GeneratorRun run = GeneratorRun.Start([source], MemoryText.Of(First));
        ShouldBeUnchanged(run.Edit(0, source + "// A comment behind the class.\n"), AllStages);
        ShouldBeUnchanged(run.Edit(0, source.Replace("A model.", "My model", StringComparison.Ordinal)), AllStages);
    }

    [Fact]
    public void MovingTheClassPlansNothingAgain()
    {
        string source = GeneratorRun.Class("Model", First.FileName);
        GeneratorRun run = GeneratorRun.Start([source], MemoryText.Of(First));
        GeneratorRun moved = run.Edit(0, "\n// Typed above the class.\n\n" + source);
        moved.Reasons(ModelGenerator.Stages.Classes).ShouldBe([IncrementalStepRunReason.Modified]);
        ShouldBeUnchanged(moved, AllStages.Except([ModelGenerator.Stages.Classes]).ToArray());
    }

    [Fact]
    public void MovingAClassMovesItsDiagnostics()
    {
        string source = GeneratorRun.Class("Model", "other.gguf");
        GeneratorRun run = GeneratorRun.Start([source], MemoryText.Of(First));
        int line = run.Diagnostics.Single().Location.GetLineSpan().StartLinePosition.Line;
        GeneratorRun moved = run.Edit(0, "\n\n" + source);
        moved.Diagnostics.Single().Location.GetLineSpan().StartLinePosition.Line.ShouldBe(line + 2);
        moved.Reasons(ModelGenerator.Stages.Plan).ShouldAllBe(reason => IsUnchanged(reason));
    }

    [Fact]
    public void AChangedSnapshotRunsEverythingBehindIt()
    {
        MemoryText old = MemoryText.Of(First);
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model", First.FileName)], old);
        GeneratorRun changed = run.Replace(old, MemoryText.Of(First with { Hidden = 128 }));
        ShouldBeUnchanged(changed, ModelGenerator.Stages.Classes, ModelGenerator.Stages.Targets);
        foreach (string stage in (string[])[ModelGenerator.Stages.Read, ModelGenerator.Stages.Recognise, ModelGenerator.Stages.Plan, ModelGenerator.Stages.Emit])
        {
            changed.Reasons(stage).ShouldBe([IncrementalStepRunReason.Modified], stage);
        }

        changed.Files["Compiled.Model.Forward.g.cs"].ShouldNotBe(run.Files["Compiled.Model.Forward.g.cs"]);
    }

    [Fact]
    public void ASnapshotWrittenAgainWithTheSameTextEmitsNothing()
    {
        MemoryText old = MemoryText.Of(First);
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model", First.FileName)], old);
        GeneratorRun touched = run.Replace(old, MemoryText.Of(First));
        touched.Reasons(ModelGenerator.Stages.Read).ShouldBe([IncrementalStepRunReason.Unchanged]);
        ShouldBeUnchanged(touched, AllStages);
    }

    [Fact]
    public void AChangeOfOneModelEmitsOnlyThatOne()
    {
        MemoryText old = MemoryText.Of(Second);
        GeneratorRun run = GeneratorRun.Start(
            [GeneratorRun.Class("A", First.FileName), GeneratorRun.Class("B", Second.FileName)], MemoryText.Of(First), old);
        GeneratorRun changed = run.Replace(old, MemoryText.Of(Second with { Layers = 2 }));
        changed.Reasons(ModelGenerator.Stages.Read).Count(reason => reason == IncrementalStepRunReason.Modified).ShouldBe(1);
        changed.Reasons(ModelGenerator.Stages.Plan).ShouldBe([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Modified]);
        changed.Reasons(ModelGenerator.Stages.Emit).ShouldBe([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified]);
        changed.Files["Compiled.A.Forward.g.cs"].ShouldBe(run.Files["Compiled.A.Forward.g.cs"]);
        changed.Files["Compiled.B.Forward.g.cs"].ShouldNotBe(run.Files["Compiled.B.Forward.g.cs"]);
    }

    [Fact]
    public void AnotherContextLengthPlansAgain()
    {
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model", First.FileName)], MemoryText.Of(First));
        GeneratorRun changed = run.Edit(0, GeneratorRun.Class("Model", First.FileName, ", ContextLength = 9"));
        ShouldBeUnchanged(changed, ModelGenerator.Stages.Read, ModelGenerator.Stages.Recognise);
        changed.Reasons(ModelGenerator.Stages.Emit).ShouldBe([IncrementalStepRunReason.Modified]);
    }

    private static bool IsUnchanged(IncrementalStepRunReason reason) => reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged;

    private static void ShouldBeUnchanged(GeneratorRun run, params string[] stages)
    {
        foreach (string stage in stages)
        {
            run.Reasons(stage).ShouldNotBeEmpty(stage);
            run.Reasons(stage).ShouldAllBe(reason => IsUnchanged(reason), stage);
        }

        // The compiler's own verdict: no source file was added anew.
        run.Result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs)
            .Count(output => output.Reason is IncrementalStepRunReason.New).ShouldBe(0);
    }
}
