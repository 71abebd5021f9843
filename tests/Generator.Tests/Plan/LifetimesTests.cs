using System;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Tests.Architectures;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Plan;

/// <summary>A buffer lives from the step that writes it to the last one that reads it.</summary>
public sealed class LifetimesTests
{
    [Fact]
    public void BuffersLiveFromTheirWriterToTheirLastReader()
    {
        Lifetimes lifetimes = Lifetimes.Of(
        [
            new Touching(BufferUse.Write("A")),
            new Touching(BufferUse.Read("A"), BufferUse.Write("B")),
            new Touching(BufferUse.Read("B"), BufferUse.Write("C")),
            new Touching(BufferUse.Read("C")),
        ]);
        lifetimes.Meet("A", "B").ShouldBeTrue();
        lifetimes.Meet("B", "C").ShouldBeTrue();
        lifetimes.Meet("A", "C").ShouldBeFalse();
        lifetimes.AliveBehind(1).ShouldBe(["B"]);
        lifetimes.AliveBehind(3).ShouldBeEmpty();
    }

    [Fact]
    public void WhatIsChangedLivesOn()
    {
        Lifetimes lifetimes = Lifetimes.Of(
        [
            new Touching(BufferUse.Write("X")),
            new Touching(BufferUse.Write("Branch")),
            new Touching(BufferUse.Read("Branch"), BufferUse.Update("X")),
            new Touching(BufferUse.Write("Other")),
            new Touching(BufferUse.Read("X"), BufferUse.Read("Other")),
        ]);
        lifetimes.Meet("X", "Branch").ShouldBeTrue();
        lifetimes.Meet("X", "Other").ShouldBeTrue();
        lifetimes.Meet("Branch", "Other").ShouldBeFalse();
    }

    [Fact]
    public void WhatIsWrittenAnewDiesInBetween()
    {
        Lifetimes lifetimes = Lifetimes.Of(
        [
            new Touching(BufferUse.Write("A")),
            new Touching(BufferUse.Read("A")),
            new Touching(BufferUse.Write("B")),
            new Touching(BufferUse.Read("B")),
            new Touching(BufferUse.Write("A")),
            new Touching(BufferUse.Read("A")),
        ]);
        lifetimes.Meet("A", "B").ShouldBeFalse();
    }

    [Fact]
    public void TwoThatOneStepWritesMeet() =>
        Lifetimes.Of([new Touching(BufferUse.Write("A"), BufferUse.Write("B"))]).Meet("A", "B").ShouldBeTrue();

    [Fact]
    public void WhatNobodyWroteIsAFault() =>
        Should.Throw<InvalidOperationException>(() => Lifetimes.Of([new Touching(BufferUse.Read("A"))])).Message.ShouldContain("A");

    /// <summary>The rows that are selected behind the last layer's keys and values take everything with them that is still read.</summary>
    [Fact]
    public void SelectedRowsTakeWhatIsStillRead()
    {
        new TestModel { Format = TestModel.Q8_0 }.Plan.Selection.Buffers.ShouldBe(["Projections", "X"]);
        new TestModel { ArchitectureName = "plamo", TensorChanges = [.. Enumerable.Range(0, 2).Select(layer => ($"blk.{layer}.ffn_norm.weight", (ModelGen.Gguf.GgufTensor?)null))] }
            .Plan.Selection.Buffers.ShouldBe(["NormedWords", "Projections", "X"]);
        DecoderTraitTests.Gemma2().Plan.Selection.Layer.ShouldBe(1);
    }

    private sealed record Touching(params BufferUse[] All) : Step("Touching", "")
    {
        public override EquatableArray<BufferUse> Uses => All.ToEquatableArray();
    }
}
