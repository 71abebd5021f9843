using System;
using System.Linq;
using ModelGen.Routing;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Routing;

/// <summary>RoRF's rule: A answers where p₀ + p₁ is at least the threshold.</summary>
public sealed class PromptRouterTests
{
    private static readonly float[] Embedding = [1, 2];

    [Theory]
    [InlineData(0.375, ModelChoice.A)]
    [InlineData(0.374, ModelChoice.A)]
    [InlineData(0.376, ModelChoice.B)]
    [InlineData(0, ModelChoice.A)]
    [InlineData(1, ModelChoice.B)]
    public void TheThresholdDecides(double threshold, ModelChoice choice)
    {
        PromptRouter router = new(new FixedForest(0.25, 0.125, 0.5, 0.125), threshold);
        router.Threshold.ShouldBe(threshold);
        router.ProbabilityOfA(Embedding).ShouldBe(0.375);
        router.Choose(Embedding).ShouldBe(choice);
    }

    /// <summary>Training sets in which no prompt was of some class have forests without it.</summary>
    [Theory]
    [InlineData(new[] { 0, 3 }, 0.25)]
    [InlineData(new[] { 1, 2 }, 0.25)]
    [InlineData(new[] { 2, 3 }, 0.0)]
    [InlineData(new[] { 0, 1 }, 1.0)]
    public void AClassThatTrainingHasNotSeenIsNeverExpected(int[] classes, double probability) =>
        new PromptRouter(new FixedForest(classes, 0.25, 0.75), 0.5).ProbabilityOfA(Embedding).ShouldBe(probability);

    [Fact]
    public void RoundingCarriesNoProbabilityBeyondOne() =>
        new PromptRouter(new FixedForest([0, 1], 0.7000000000000001, 0.3000000000000001), 1).ProbabilityOfA(Embedding).ShouldBe(1);

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void AThresholdIsAProbability(double threshold) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new PromptRouter(new FixedForest(1, 0, 0, 0), threshold)).ParamName.ShouldBe("threshold");

    [Fact]
    public void AnotherForestIsRefused() => Should.Throw<ArgumentException>(() => new PromptRouter(new FixedForest([1, 4], 0.5, 0.5), 0.5))
        .Message.ShouldStartWith("The forest has the classes 1, 4: train a router's forest with 0 (A alone is right), 1 (neither), 2 (both) and 3 (B alone).");

    /// <summary>Against the quantile by its definition: linear between the values on both sides of 1 - share.</summary>
    [Theory]
    [InlineData(1.0, 0.1)]
    [InlineData(0.0, 0.9)]
    [InlineData(0.5, 0.4)]
    [InlineData(0.25, 0.7)]
    [InlineData(0.9, 0.14)]
    public void CalibrationIsAQuantile(double share, double threshold) =>
        PromptRouter.Calibrate([0.7, 0.1, 0.9, 0.4, 0.2], share).ShouldBe(threshold, 1e-12);

    [Fact]
    public void ACalibratedRouterGivesTheShareToA()
    {
        Random random = new(3);
        double[] probabilities = [.. Enumerable.Range(0, 1000).Select(_ => random.NextDouble())];
        double threshold = PromptRouter.Calibrate(probabilities, 0.3);
        probabilities.Count(probability => probability >= threshold).ShouldBe(300);
    }

    [Fact]
    public void OnePromptCalibratesToo() => PromptRouter.Calibrate([0.6], 0.3).ShouldBe(0.6);

    [Theory]
    [InlineData]
    [InlineData(0.5, double.NaN)]
    [InlineData(0.5, 1.5)]
    [InlineData(-0.5, 0.5)]
    public void CalibrationNeedsProbabilities(params double[] probabilities) =>
        Should.Throw<ArgumentException>(() => PromptRouter.Calibrate(probabilities, 0.5)).ParamName.ShouldBe("probabilitiesOfA");

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void AShareIsFromNoneToAll(double share) =>
        Should.Throw<ArgumentOutOfRangeException>(() => PromptRouter.Calibrate([0.5], share)).ParamName.ShouldBe("shareOfA");
}
