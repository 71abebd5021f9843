using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>What makes a decoder one that gives vectors, and what stands behind their pooling.</summary>
public sealed class VectorHeadSpecTests
{
    private static readonly TestModel Llama = new() { IsTied = true };

    [Fact]
    public void ADecoderThatSaysHowItPoolsGivesVectors()
    {
        TestModel model = Pooled(Llama, PoolingKind.Last);
        model.Spec.Encoder.ShouldBe(new EncoderSpec(PoolingKind.Last));
        model.Spec.Head.Output.ShouldBeNull();
        model.Spec.Attentions.ShouldAllBe(attention => !attention.SeesAll);
        model.Plan.Head.OfType<VectorsStep>().ShouldHaveSingleItem();
    }

    [Fact]
    public void OneThatSaysThatItDoesNotGivesLogits()
    {
        Pooled(Llama, PoolingKind.None).Spec.Encoder.ShouldBeNull();
        Llama.Spec.Encoder.ShouldBeNull();
    }

    [Fact]
    public void AnUntiedOutputMatrixIsLeftOut()
    {
        ModelSpec spec = Pooled(new TestModel(), PoolingKind.Mean).Spec;
        spec.Head.Output.ShouldBeNull();
        spec.Encoder.ShouldBe(new EncoderSpec(PoolingKind.Mean));
    }

    [Fact]
    public void ADecoderThatRanksMakesProbabilitiesOfItsLastToken()
    {
        TestModel model = Pooled(Llama, PoolingKind.Rank).With(TestModel.Tensor("cls.output.weight", TestModel.F16, 64, 2));
        EncoderSpec encoder = model.Spec.Encoder!;
        encoder.Pooling.ShouldBe(PoolingKind.Last);
        encoder.IsRanker.ShouldBeTrue();
        VectorLayerSpec layer = encoder.Layers.ShouldHaveSingleItem();
        layer.Function.ShouldBe(VectorFunction.Softmax);
        (layer.Weight.Columns, layer.Weight.Count, layer.Bias, layer.Norm).ShouldBe((64, 2, null, null));
        model.Plan.VectorLayers.ShouldHaveSingleItem().Weight.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void ARankerWithoutAHeadIsRefused() =>
        Problem(Pooled(Llama, PoolingKind.Rank)).ShouldContain("cls.output.weight");

    [Fact]
    public void AHeadThatNobodyAskedForIsRefused() =>
        Problem(Pooled(Llama, PoolingKind.Last).With(TestModel.Tensor("cls.output.weight", TestModel.F32, 64, 1)))
            .ShouldContain("cls.output.weight");

    [Fact]
    public void DenseLayersFollowEachOther()
    {
        TestModel model = Pooled(Llama, PoolingKind.Mean)
            .With(TestModel.Tensor("dense_2.weight", TestModel.F32, 64, 96))
            .With(TestModel.Tensor("dense_3.weight", TestModel.F16, 96, 48))
            .With("llama.dense_2_feat_out", TestModel.Integer(96));
        EncoderSpec encoder = model.Spec.Encoder!;
        encoder.IsRanker.ShouldBeFalse();
        encoder.Layers.Select(layer => (layer.Weight.Columns, layer.Weight.Count, layer.Function)).ShouldBe(
            [(64, 96, VectorFunction.None), (96, 48, VectorFunction.None)]);
        Problem(model.With("llama.dense_2_feat_out", TestModel.Integer(95))).ShouldContain("dense_2_feat_out");
    }

    private static TestModel Pooled(TestModel model, PoolingKind pooling) => model.With("llama.pooling_type", TestModel.Integer((int)pooling));

    private static string Problem(TestModel model) =>
        string.Join("; ", Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message));
}
