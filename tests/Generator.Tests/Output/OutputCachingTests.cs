using System;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Output;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Generator.Tests.Incremental;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Output;

/// <summary>What an edit runs again of the steps for types with [GeneratedOutput].</summary>
public sealed class OutputCachingTests
{
    private const string Other = "namespace Compiled { internal static class Other { public static int Answer => 42; } }";

    private const string Second = "namespace Compiled { [ModelGen.GeneratedOutput] public sealed partial record Second(int X); }";

    // What all depends on; what is said is read again with the places.
    private static readonly string[] Stages =
        [OutputPipeline.Stages.Types, OutputPipeline.Stages.Plan, OutputPipeline.Stages.Declare, OutputPipeline.Stages.Emit];

    [Fact]
    public void TheFirstRunDoesEverything()
    {
        GeneratorRun run = GeneratorRun.Start([OutputSample.Source]);
        foreach (string stage in Stages)
        {
            run.Reasons(stage).ShouldBe([IncrementalStepRunReason.New], stage);
        }
    }

    [Fact]
    public void AnEditElsewhereRunsNothing()
    {
        GeneratorRun run = GeneratorRun.Start([OutputSample.Source, Other]);
        ShouldBeUnchanged(run.Edit(1, Other + "// edited"), [OutputPipeline.Stages.Read, .. Stages]);
        ShouldBeUnchanged(run.Add("internal sealed class Added;"), [OutputPipeline.Stages.Read, .. Stages]);
    }

    [Fact]
    public void MovingTheTypeWritesNothingAgain()
    {
        GeneratorRun run = GeneratorRun.Start([OutputSample.Source]);
        ShouldBeUnchanged(run.Edit(0, "\n// Typed above the type.\n\n" + OutputSample.Source), Stages);
    }

    [Fact]
    public void AChangeOfOneTypeWritesOnlyThatOne()
    {
        GeneratorRun run = GeneratorRun.Start([OutputSample.Source, Second]);
        GeneratorRun changed = run.Edit(1, Second.Replace("int X", "int X, int Y", StringComparison.Ordinal));
        changed.Reasons(OutputPipeline.Stages.Plan).ShouldBe([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified]);
        changed.Reasons(OutputPipeline.Stages.Emit).ShouldBe([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified]);
    }

    /// <summary>A type of a property may stand in another file.</summary>
    [Fact]
    public void AChangeOfAPropertysTypeWritesTheTypeAgain()
    {
        const string Part = "namespace Compiled { public sealed record Part(int X); }";
        GeneratorRun run = GeneratorRun.Start(["namespace Compiled { [ModelGen.GeneratedOutput] public sealed partial record Answer(Part Part); }", Part]);
        GeneratorRun changed = run.Edit(1, Part.Replace("int X", "int X, int Y", StringComparison.Ordinal));
        changed.Reasons(OutputPipeline.Stages.Emit).ShouldBe([IncrementalStepRunReason.Modified]);
    }

    [Fact]
    public void ACommentIsADescription()
    {
        GeneratorRun run = GeneratorRun.Start([OutputSample.Source]);
        GeneratorRun changed = run.Edit(0, OutputSample.Source.Replace("A dish to cook.", "A dish.", StringComparison.Ordinal));
        changed.Reasons(OutputPipeline.Stages.Declare).ShouldBe([IncrementalStepRunReason.Modified]);
    }

    [Fact]
    public void ModelsAndOutputTypesDoNotRunEachOther()
    {
        TestModel model = new() { Layers = 1 };
        GeneratorRun run = GeneratorRun.Start([OutputSample.Source, GeneratorRun.Class("Model", model.FileName)], MemoryText.Of(model));
        GeneratorRun changed = run.Edit(1, GeneratorRun.Class("Model", model.FileName, ", ContextLength = 9"));
        ShouldBeUnchanged(changed, Stages);
        GeneratorRun other = run.Edit(0, OutputSample.Source.Replace("600", "700", StringComparison.Ordinal));
        other.Reasons(OutputPipeline.Stages.Emit).ShouldBe([IncrementalStepRunReason.Modified]);
        ShouldBeUnchanged(other, [ModelGenerator.Stages.Plan, ModelGenerator.Stages.Emit]);
    }

    [Fact]
    public void NoStepHoldsOnToTheCompilation()
    {
        GeneratorRun run = GeneratorRun.Start([
            OutputSample.Source,
            "namespace Compiled { [ModelGen.GeneratedOutput] public sealed record Bad(System.Action X); }",
            "namespace Compiled { [ModelGen.GeneratedOutput] public sealed partial record Worse([System.ComponentModel.DataAnnotations.RegularExpression(\"(\")] string X); }",
        ]);
        string[] stages = [.. typeof(OutputPipeline.Stages).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (string)field.GetValue(null)!)];
        stages.Length.ShouldBe(6);
        PipelineValuesTests.ShouldHoldNoCompilation(run, stages);
    }

    private static void ShouldBeUnchanged(GeneratorRun run, string[] stages)
    {
        foreach (string stage in stages)
        {
            run.Reasons(stage).ShouldNotBeEmpty(stage);
            run.Reasons(stage).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached || reason == IncrementalStepRunReason.Unchanged, stage);
        }
    }
}
