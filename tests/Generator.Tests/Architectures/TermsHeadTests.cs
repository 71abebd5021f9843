using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using ModelGen.Layout;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>The head that weighs terms, as a file has it, and what is planned for it.</summary>
public sealed class TermsHeadTests
{
    private const int Embedding = 64;
    private const int Vocabulary = 80;

    private static readonly GgufTensor[] Required =
        [TestModel.Tensor("cls.weight", TestModel.Q8_0, Embedding, Embedding), TestModel.Tensor("cls.norm.weight", TestModel.F32, Embedding)];

    private static readonly GgufTensor[] Optional =
    [
        TestModel.Tensor("cls.bias", TestModel.F32, Embedding),
        TestModel.Tensor("cls.norm.bias", TestModel.F32, Embedding),
        TestModel.Tensor("output.weight", TestModel.F16, Embedding, Vocabulary),
        TestModel.Tensor("output.bias", TestModel.F32, Vocabulary),
    ];

    [Fact]
    public void TheHeadIsThereWhereItsNormIs()
    {
        TermsSpec terms = With(Required).Spec.Encoder!.Terms!;
        terms.Hidden.Name.ShouldBe("cls.weight");
        terms.Norm.ShouldBe(new NormSpec(NormKind.Layer, 1e-12f, new TensorSpec("cls.norm.weight", TestModel.F32, Embedding, 1), Bias: null));
        terms.Output.Name.ShouldBe("token_embd.weight");
        (terms.HiddenBias, terms.OutputBias).ShouldBe((null, null));
        EncoderTests.Bert().Spec.Encoder!.Terms.ShouldBeNull();
    }

    [Fact]
    public void TheRestOfTheHeadMayBeThere()
    {
        TermsSpec terms = With([.. Required, .. Optional]).Spec.Encoder!.Terms!;
        new[] { terms.HiddenBias, terms.Norm.Bias, terms.Output, terms.OutputBias }.Select(tensor => tensor!.Name)
            .ShouldBe(Optional.Select(tensor => tensor.Name));
    }

    [Theory]
    [InlineData("cls.weight")]
    [InlineData("cls.norm.weight")]
    public void HalfAHeadIsAProblem(string missing)
    {
        string left = Required.Single(tensor => tensor.Name != missing).Name;
        string problem = Problems(With([.. Required.Where(tensor => tensor.Name != missing)]));
        problem.ShouldContain(missing == "cls.weight" ? missing : left);
    }

    [Fact]
    public void AnOutputMatrixWithoutTheHeadIsAProblem() => Problems(With(Optional[2])).ShouldContain("output.weight");

    [Fact]
    public void AShapeThatDoesNotFitIsAProblem() =>
        Problems(With([.. Required, TestModel.Tensor("output.bias", TestModel.F32, Vocabulary - 1)])).ShouldContain("output.bias");

    [Fact]
    public void ARankersNormIsThatOfItsClassifier()
    {
        TestModel ranker = With([.. Required, TestModel.Tensor("cls.output.weight", TestModel.F32, Embedding, 1)])
            .With("bert.pooling_type", TestModel.Integer((int)PoolingKind.Rank));
        EncoderSpec encoder = ranker.Spec.Encoder!;
        encoder.IsRanker.ShouldBeTrue();
        encoder.Terms.ShouldBeNull();
        encoder.Layers[0].Norm!.Weight!.Name.ShouldBe("cls.norm.weight");
    }

    [Fact]
    public void ADecoderThatGivesVectorsHasNoSuchHead()
    {
        TestModel model = new TestModel { IsTied = true }.With("llama.pooling_type", TestModel.Integer((int)PoolingKind.Last));
        Problems(Required.Aggregate(model, (changed, tensor) => changed.With(tensor))).ShouldContain("cls.norm.weight");
    }

    [Fact]
    public void ATiedHeadPacksNoSecondMatrix()
    {
        WeightLayout tied = WeightLayout.Create(With(Required).Spec);
        tied.Terms!.Output.ShouldBe(tied.TokenEmbedding);
        WeightLayout own = WeightLayout.Create(With([.. Required, .. Optional]).Spec);
        own.Tensors().Select(tensor => tensor.Name).ShouldContain("TermsOutput");
        (own.Length - tied.Length).ShouldBeGreaterThan(own.Terms!.Output.Length);
    }

    [Fact]
    public void TermsAreStepsOfTheirOwnBesideThoseOfVectors()
    {
        ModelPlan plan = With([.. Required, .. Optional]).Plan;
        plan.Head.OfType<VectorsStep>().ShouldHaveSingleItem();
        plan.Terms.OfType<HiddenStep>().ShouldHaveSingleItem().Activation.UpBias.ShouldNotBeNull();
        plan.Terms.OfType<NormStep>().ShouldHaveSingleItem().Bias.ShouldNotBeNull();
        TermsStep step = plan.Terms.OfType<TermsStep>().ShouldHaveSingleItem();
        (step.Matrix.Rows, step.Matrix.Format).ShouldBe((Vocabulary, "F16"));
        step.Bias.ShouldNotBeNull();
    }

    /// <summary>Whoever asks for vectors pays nothing for the head, and a model without it has no line for it.</summary>
    [Fact]
    public void VectorsCostWhatTheyCostWithoutTheHead()
    {
        ModelPlan plain = EncoderTests.Bert().Plan;
        plain.Terms.ShouldBeEmpty();
        With([.. Required, .. Optional]).Plan.TokenCost.ShouldBe(plain.TokenCost);
    }

    private static TestModel With(params GgufTensor[] tensors) =>
        tensors.Aggregate(EncoderTests.Bert(), (changed, tensor) => changed.With(tensor));

    private static string Problems(TestModel model) =>
        string.Join("; ", Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message));
}
