using System.Linq;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Specialise;
using ModelGen.Generator.Tests.Architectures;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using ModelGen.Layout;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Plan;

/// <summary>What is fused, what is shared, and what it all takes.</summary>
public sealed class PlannerTests
{
    // Keys that every other layer of the sample sees.
    private const int Gemma2Window = 8;

    [Fact]
    public void QuantisedLayersAreFused() => Steps(new TestModel { Format = TestModel.Q8_0 }).ShouldBe(
        "Norm, Matrix QueryKeyValue, Append, Attention, Quantize, Matrix AttentionOutput, Norm, Hidden, Matrix Down");

    [Fact]
    public void LayersOfFloatsQuantiseNothing() => Steps(new TestModel { Format = TestModel.F16 }).ShouldBe(
        "Norm, Matrix QueryKeyValue, Append, Attention, Matrix AttentionOutput, Norm, Hidden, Matrix Down");

    [Fact]
    public void GateAndUpOfTwoFormatsAreThreeSteps() => Steps(new TestModel { FormatOf = Ending("ffn_gate.weight", TestModel.F32) }).ShouldBe(
        "Norm, Matrix QueryKeyValue, Append, Attention, Quantize, Matrix AttentionOutput, Norm, Matrix Gate, Matrix Up, Activation, Matrix Down");

    [Fact]
    public void BranchesWithANormAreAddedBehindIt() => Steps(DecoderTraitTests.Gemma2(layers: 1)).ShouldBe(
        "Norm, Matrix QueryKeyValue, Append, Attention, Quantize, Matrix AttentionOutput, Residual, Norm, Hidden, Matrix Down, Residual");

    [Fact]
    public void ScaledBranchesAreAddedByThemselves()
    {
        ResidualStep residual = DecoderTraitTests.Granite().Plan.LayerKinds[0].Steps.OfType<ResidualStep>().First();
        residual.Branch.ShouldBe("AttentionBranch");
        residual.ScaledAddKernel.ShouldBe("AddScaled");
        residual.Norm.ShouldBeNull();
    }

    [Fact]
    public void BiasesAreAddedToXWhereTheMatrixAddsItself()
    {
        Step[] steps = [.. DecoderTraitTests.Gpt2().Plan.LayerKinds[0].Steps];
        steps.OfType<ResidualStep>().ShouldAllBe(step => step.Branch == null && step.Bias != null);
        steps.OfType<MatrixStep>().Count(step => step.Output == "X").ShouldBe(2);
        steps.OfType<HiddenStep>().Single().Activation.Sources.ShouldBe(1);
    }

    [Fact]
    public void ParallelBlocksKeepWhatTheSecondBranchReads()
    {
        TestModel model = new TestModel
        {
            ArchitectureName = "plamo",
            TensorChanges = [.. Enumerable.Range(0, 2).Select(layer => ($"blk.{layer}.ffn_norm.weight", (GgufTensor?)null))],
        };
        Steps(model).ShouldBe("Norm, Matrix QueryKeyValue, Append, Attention, Quantize, Matrix AttentionOutput, Hidden, Matrix Down");
        ModelPlan plan = model.Plan;
        BufferPlan normed = plan.Buffer("NormedWords");
        plan.Buffers.Where(buffer => buffer.Name is "Projections" or "Attended" or "Partials")
            .ShouldAllBe(buffer => buffer.Offset >= normed.Offset + normed.Length || normed.Offset >= buffer.Offset + buffer.Length);
    }

    [Fact]
    public void LayersWithAndWithoutAWindowAreOfTwoKinds()
    {
        ModelPlan plan = DecoderTraitTests.Gemma2().Plan;
        plan.KindOfLayer.ShouldBe([0, 1]);
        plan.LayerKinds[0].Steps.OfType<AttentionStep>().Single().MaskKernel.ShouldBe("MaskScores");
        plan.LayerKinds[1].Steps.OfType<AttentionStep>().Single().MaskKernel.ShouldBeNull();
    }

    [Fact]
    public void ANormWritesWhatItsReadersRead()
    {
        NormStep norm = new TestModel { FormatOf = Ending("attn_k.weight", TestModel.F32) }.Plan.LayerKinds[0].Steps.OfType<NormStep>().First();
        norm.Outputs.Select(output => output.Buffer).ShouldBe(["Normed", "NormedWords"]);
    }

    [Fact]
    public void LayersOfTheSameFormatsAreOfOneKind()
    {
        ModelPlan plan = new TestModel { Layers = 5, FormatOf = name => name is "blk.1.ffn_down.weight" or "blk.3.ffn_down.weight" ? TestModel.F16 : null }.Plan;
        plan.KindOfLayer.ShouldBe([0, 1, 0, 1, 0]);
        plan.LayerKinds.Count.ShouldBe(2);
    }

    [Fact]
    public void OneKernelAShapeAndFormatHoweverManyLayersCallIt() =>
        new TestModel { Layers = 9 }.Plan.Kernels.Select(kernel => kernel.Name).ShouldBe(new TestModel { Layers = 1 }.Plan.Kernels.Select(kernel => kernel.Name));

    [Fact]
    public void EveryTileDividesABatch()
    {
        foreach (int context in (int[])[1, 5, 100, 191, 192, 4096])
        {
            foreach (int format in (int[])[TestModel.F32, TestModel.F16, TestModel.Q4_0, TestModel.Q8_0])
            {
                ModelPlan plan = new TestModel { ContextLength = context, Format = format, Layers = 1 }.Plan;
                plan.BatchRows.ShouldBeGreaterThanOrEqualTo(System.Math.Min(context, Planner.MaxBatchRows));
                plan.BatchRows.ShouldBeLessThanOrEqualTo(Planner.MaxBatchRows);
                foreach (KernelPlan kernel in plan.Kernels.Where(kernel => kernel.IsProduct))
                {
                    foreach (VectorWidth width in VectorWidth.All)
                    {
                        (plan.BatchRows % ProductRows.Many(kernel.KernelFile, width)).ShouldBe(0, $"{kernel.Name} {width}");
                        foreach (int rows in ProductRows.Tiles(kernel.KernelFile, width))
                        {
                            (plan.Logits!.RowsAtOnce % rows).ShouldBe(0, $"{kernel.Name} {width}");
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void AttentionRowsAreSpreadEvenlyOverTheirTiles()
    {
        // Seven query heads a key/value head, at most six a tile: two tiles of four.
        ModelPlan plan = new TestModel { Heads = 7, KeyValueHeads = 1, Format = TestModel.F32, KeyValueFormat = KeyValueFormat.Float32 }.Plan;
        AttentionStep attention = plan.LayerKinds[0].Steps.OfType<AttentionStep>().Single();
        plan.Kernel(attention.Kernels.RowScores!).Tile(VectorWidth.Avx512).ShouldBe(4);
        plan.Kernel(attention.Kernels.RowValues!).Tile(VectorWidth.Avx512).ShouldBe(4);
    }

    [Fact]
    public void KeysAndValuesOfAllLayersLieInPages()
    {
        // 48 tokens take one block of 64 positions; heads of 10 have rows of 32 elements, and 16-bit ones a scale a row.
        TestModel model = new() { Format = TestModel.F32, HeadDimension = 10, KeyValueHeads = 2, Layers = 3, ContextLength = 48 };
        StatePlan floats = (model with { KeyValueFormat = KeyValueFormat.Float32 }).Plan.State;
        (floats.PagePositions, floats.Pages).ShouldBe((64, 1));
        StateClassPlan all = floats.Classes.ShouldHaveSingleItem();
        (all.Window, all.PageBytes).ShouldBe((0, 3 * 2 * 2 * 64 * 128L));
        all.Parts.ShouldHaveSingleItem().Heads.ShouldBe(6);
        model.Plan.State.Classes[0].PageBytes.ShouldBe(3 * 2 * 2 * 64 * 68L);

        // More than one range of 256 positions: whole ranges.
        KeyValueLayout longer = KeyValueLayout.Create(KeyValueFormat.Int8, headDimension: 64, contextLength: 257);
        longer.PagePositions.ShouldBe(256);
        longer.KeyBytes.ShouldBe(4 * 64 * (64 + 8));
        longer.HeadBytes.ShouldBe(4 * 64 * (64 + 8 + 64 + 4));
        KeyValueLayout.Ranges(257).ShouldBe(2);
    }

    [Fact]
    public void LayersWithAWindowHoldTheirWindowAndNoMore()
    {
        // Two layers, one with a window: of it the pages of its keys and of a batch that moves it.
        ModelPlan plan = (DecoderTraitTests.Gemma2() with { ContextLength = 8192 }).Plan;
        plan.State.Classes.Select(state => state.Window).ShouldBe([Gemma2Window, 0]);
        StateClassPlan window = plan.State.Classes[0];
        int pages = (Gemma2Window + plan.BatchRows - 2) / 256 + 2;
        plan.StateBytes.ShouldBe(pages * window.PageBytes + 32 * plan.State.Classes[1].PageBytes);
        window.PageBytes.ShouldBe(plan.State.Classes[1].PageBytes);
    }

    [Fact]
    public void AWindowThatNoTextFillsIsNone() =>
        (DecoderTraitTests.Gemma2() with { ContextLength = Gemma2Window }).Plan.State.Classes.ShouldHaveSingleItem().Window.ShouldBe(0);

    [Fact]
    public void ASecondEpsilonIsASecondKernel()
    {
        Generator.Plan.Kernels kernels = new();
        kernels.RmsNorm(ModelGen.Formats.ActivationFormat.Float32, 64, 1e-5f).ShouldBe("RmsNorm_64");
        kernels.RmsNorm(ModelGen.Formats.ActivationFormat.Float32, 64, 1e-6f).ShouldBe("RmsNorm_64_2");
        kernels.RmsNorm(ModelGen.Formats.ActivationFormat.Float32, 64, 1e-6f).ShouldBe("RmsNorm_64_2");
        kernels.All.Count().ShouldBe(2);
    }

    [Fact]
    public void StepsThatAreEqualShareTheirJobs()
    {
        // Two kinds of layers that differ in one matrix: the other jobs stand once.
        ModelPlan plan = new TestModel { Layers = 2, FormatOf = name => name == "blk.1.ffn_down.weight" ? TestModel.F16 : null }.Plan;
        plan.LayerKinds.Count.ShouldBe(2);
        plan.Jobs.Count(job => job.Step is AttentionStep).ShouldBe(1);
        plan.Jobs.Where(job => job.Step is MatrixStep { Name: "Down" }).Select(job => job.Name).ShouldBe(["Down", "Down2"]);
        plan.Jobs.Select(job => job.Name).ShouldBeUnique();
    }

    [Fact]
    public void TheWeightsTableIsTheLayout()
    {
        TestModel model = new() { Layers = 2, FormatOf = name => name == "blk.1.attn_q.weight" ? TestModel.F16 : null };
        ModelPlan plan = model.Plan;
        WeightLayout layout = WeightLayout.Create(model.Spec);
        plan.WeightBytes.ShouldBe(layout.Length);
        for (int layer = 0; layer < 2; layer++)
        {
            PackedTensor[] tensors = [.. layout.Layers[layer].Tensors()];
            for (int field = 0; field < plan.Weights.Fields.Count; field++)
            {
                WeightField weight = plan.Weights.Fields[field];
                PackedTensor? tensor = tensors.SingleOrDefault(tensor => tensor.Name == weight.Name);
                long page = layer * plan.State.Classes[0].PageBytes / 2;
                plan.Weights.Rows[layer].Offsets[field].ShouldBe(weight.Kind == WeightKind.StateOffset ? page : tensor?.Offset ?? -1);
            }
        }
    }

    [Fact]
    public void ATokensCostIsTheWeightsThatItReads()
    {
        TestModel model = new() { IsTied = true };
        TokenCost cost = model.Plan.TokenCost;
        long elements = model.Header.Tensors.Where(tensor => tensor.Shape.Count == 2).Sum(tensor => tensor.ElementCount);
        cost.Operations.ShouldBe(2 * elements);
        cost.WeightBytes.ShouldBe(elements / 32 * 34);
        (model with { IsTied = false }).Plan.TokenCost.ShouldBe(cost, "of the embedding one row is read");
    }

    private static System.Func<string, int?> Ending(string ending, int format) => name => name.EndsWith(ending, System.StringComparison.Ordinal) ? format : null;

    private static string Steps(TestModel model) => string.Join(", ", model.Plan.LayerKinds.ShouldHaveSingleItem().Steps.Select(step => step switch
    {
        MatrixStep matrix => "Matrix " + matrix.Name,
        _ => step.GetType().Name.Replace("Step", "", System.StringComparison.Ordinal),
    }));
}
