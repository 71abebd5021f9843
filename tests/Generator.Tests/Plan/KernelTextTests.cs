using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Specialise;
using ModelGen.Generator.Templates;
using ModelGen.Generator.Tests.Emit;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Plan;

/// <summary>Kernels that differ in numbers alone are one text.</summary>
public sealed class KernelTextTests
{
    // Heads of 256 and of 512 floats, in groups of 2 and of 8 query heads.
    private static readonly Lazy<ModelPlan> TwoHeadLengths = new(() =>
    {
        const string Name = "gemma-4-31b-Q8_0.gguf";
        GgufHeader header = RealModels.Header(Name);
        ModelSpec spec = Architecture.Recognise(header).Spec!;
        return Planner.Create(header, spec, Name, spec.ContextLength, KeyValueFormat.Int16, ChatTemplates.Of(header).Templates);
    });

    [Fact]
    public void KernelsOfOneFileAreOneTextInAllButTheirNumbers()
    {
        KernelPlan[] softmaxes = [.. TwoHeadLengths.Value.Kernels.Where(kernel => kernel.KernelFile == "SoftmaxRange")];
        softmaxes.Select(kernel => kernel.Name).ShouldBe(["SoftmaxRange_256", "SoftmaxRange_512"]);
        softmaxes.Select(kernel => kernel.ClassName(VectorWidth.Avx2)).ShouldBe(["Avx2_SoftmaxRange", "Avx2_SoftmaxRange"]);
        softmaxes[1].Class(VectorWidth.Avx2).ShouldBe("Avx2_SoftmaxRange<ShapeOf_SoftmaxRange_512>");
        softmaxes[1].Text!.Shape.ShouldBe([new KernelConstant("Stride", "512"), new KernelConstant("BlockBytes", "65792")]);
        softmaxes[1].Constants.ShouldBe([new KernelConstant("HasScales", "true")]);
    }

    [Fact]
    public void ANumberThatOneKernelDoesNotSetIsTheFiles()
    {
        KernelConstant[] own = [Kernels.Constant("Stride", 64)];
        var kernels = new Kernels();
        kernels.Of("First", "ScoresFloat32", own);
        kernels.Of("Second", "ScoresFloat32", [.. own, Kernels.Constant("PrefetchBytes", 4096)]);
        KernelPlan[] plans = [.. KernelText.Share(kernels.All)];
        plans.Select(kernel => kernel.Text!.Shape.Single()).ShouldBe([new KernelConstant("PrefetchBytes", "0"), new KernelConstant("PrefetchBytes", "4096")]);
        plans.Select(kernel => kernel.Constants.Single()).ShouldAllBe(constant => constant == own[0]);
    }

    [Fact]
    public void KernelsOfOtherLinesAreAnotherText()
    {
        var kernels = new Kernels();
        foreach ((string name, int vectors) in new[] { ("A1", 1), ("A2", 1), ("B1", 2), ("B2", 2), ("C", 3) })
        {
            kernels.Of(name, "DeltaRule", [Kernels.Constant("KeyDimension", 32 * name[^1])], [new KernelRepeat('v', VectorWidth.Avx2, vectors)]);
        }

        KernelText.Share(kernels.All).Select(kernel => kernel.ClassName(VectorWidth.Avx2)).ShouldBe(
            ["Avx2_DeltaRule", "Avx2_DeltaRule", "Avx2_DeltaRule_2", "Avx2_DeltaRule_2", "Avx2_C"]);
    }

    /// <summary>Groups of two and of eight query heads: what one of them does not need stands behind a condition, and what none needs nowhere.</summary>
    [Fact]
    public void TilesOfQueriesAreOneText()
    {
        KernelPlan[] scores = [.. TwoHeadLengths.Value.Kernels.Where(kernel => kernel.KernelFile == "ScoresInt16")];
        scores.Select(kernel => kernel.Class(VectorWidth.Avx512)).ShouldBe(
        [
            "Avx512_ScoresInt16<ShapeOf_RowScores_Int16_256, Tile2x4>",
            "Avx512_ScoresInt16<ShapeOf_RowScores_Int16_512, Tile8x2>",
        ]);
        string[] lines = [.. Specialiser.Specialise(scores[0].Request(VectorWidth.Avx512)).Select(line => line.Trim())];
        lines.ShouldContain("if (TTile.Vectors > 3) vectors = 3 + 1;");
        lines.ShouldContain(line => line.StartsWith("sum_r1_k1 = ", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("if (TTile.Vectors > 3) sum_r1_k3 = ", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("if (TTile.Rows > 7) sum_r7_k1 = ", StringComparison.Ordinal));
        lines.ShouldNotContain(line => line.Contains("_r2_k2", StringComparison.Ordinal));
        lines.ShouldContain("Vector512<int> word_k2 = TTile.Vectors > 2 ? Vector512.Load(word + 2 * Vector512<float>.Count) : default;");
    }

    [Fact]
    public void KernelsThatAreTheSameNeedNoShape()
    {
        var kernels = new Kernels();
        kernels.SoftCap("First", 30f);
        kernels.SoftCap("Second", 30f);
        KernelText.Share(kernels.All).Select(kernel => kernel.Class(VectorWidth.Avx2)).ShouldBe(["Avx2_SoftCap", "Avx2_SoftCap"]);
    }

    [Fact]
    public void AKernelThatIsTheOnlyOneOfItsFileHasConstants()
    {
        IEnumerable<KernelPlan> alone = new TestModel().Plan.Kernels.GroupBy(kernel => kernel.KernelFile).Where(group => group.Count() == 1).Select(group => group.Single());
        alone.ShouldAllBe(kernel => kernel.Text == null);
        alone.ShouldNotBeEmpty();
    }
}
