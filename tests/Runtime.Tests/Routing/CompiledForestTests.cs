using System;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Routing;

public sealed class CompiledForestTests
{
    private static readonly FixedForest Forest = new([2, 5, 9], 0.25, 0.5, 0.25);

    [Fact]
    public void ThePredictionIsTheMostProbableClass() => Forest.Predict([1, 2]).ShouldBe(5);

    [Fact]
    public void OfEqualOnesItIsTheFirst() => new FixedForest([2, 5, 9], 0.2, 0.4, 0.4).Predict([1, 2]).ShouldBe(5);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void AnotherNumberOfFeaturesIsRefused(int count)
    {
        ArgumentException error = Should.Throw<ArgumentException>(() => Forest.Predict(new float[count]));
        error.Message.ShouldStartWith($"The forest reads 2 features, and there are {count}: give it embeddings of the model that it was trained with.");
        error.ParamName.ShouldBe("features");
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void AFeatureThatIsNotFiniteIsRefused(float feature, string shown) => Should.Throw<ArgumentException>(() => Forest.Predict([0, feature]))
        .Message.ShouldStartWith($"Feature 1 is {shown}: a forest reads finite numbers alone.");

    [Fact]
    public void TheLargestNumbersAreFinite() => Forest.Predict([float.MaxValue, float.MinValue]).ShouldBe(5);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void AnotherRoomForProbabilitiesIsRefused(int length) =>
        Should.Throw<ArgumentException>(() => Forest.PredictProbabilities([0, 0], new double[length]))
            .Message.ShouldStartWith($"The forest has 3 classes, and there is room for {length}: give it as much room as it has classes.");
}
