using System;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Plan;

/// <summary>Angles of rotary embeddings, and slopes of linear biases: what stands in the papers.</summary>
public sealed class RotaryFrequenciesTests
{
    [Fact]
    public void AnglesFallFromOneToTheBase() =>
        RotaryFrequencies.Of(Rotary(RotaryScaling.None)).ShouldBe([1, Math.Pow(10000, -0.25), 0.01, Math.Pow(10000, -0.75)]);

    [Fact]
    public void LinearScalingDividesThemAll() =>
        RotaryFrequencies.Of(Rotary(new RotaryScaling(4))).ShouldBe([0.25, Math.Pow(10000, -0.25) / 4, 0.0025, Math.Pow(10000, -0.75) / 4]);

    /// <summary>
    /// A context of 2048 has 2048 / 2π = 326 turns of the first pair, 32.6 of the second, 3.26 of the third and 0.33 of the last one. The pairs of 32
    /// and of 1 turns are 1.01 and 2.51, rounded outwards 1 and 3.
    /// </summary>
    [Fact]
    public void YarnKeepsFastPairsAndDividesSlowOnes()
    {
        double[] plain = [.. RotaryFrequencies.Of(Rotary(RotaryScaling.None))];
        double[] yarn = [.. RotaryFrequencies.Of(Rotary(new RotaryScaling(8, OriginalContext: 2048, Yarn: new YarnSpec(32, 1))))];
        yarn[0].ShouldBe(plain[0]);
        yarn[1].ShouldBe(plain[1]);
        yarn[2].ShouldBe(plain[2] * (0.5 + 0.5 / 8), tolerance: 1e-12);
        yarn[3].ShouldBe(plain[3] / 8);
    }

    [Fact]
    public void SlopesOfAPowerOfTwo() => LinearBias.Slopes(8, 8).ShouldBe([.. Enumerable.Range(1, 8).Select(head => MathF.Pow(2, -head))]);

    [Fact]
    public void SlopesOfTwelveHeadsAreThoseOfEightAndEverySecondOfSixteen() => LinearBias.Slopes(8, 12).ShouldBe(
    [
        .. Enumerable.Range(1, 8).Select(head => (float)Math.Pow(2, -head)), .. new[] { 0.5, 1.5, 2.5, 3.5 }.Select(power => (float)Math.Pow(2, -power)),
    ]);

    [Fact]
    public void NoBiasesHaveNoSlopes() => LinearBias.Slopes(0, 8).ShouldBeEmpty();

    private static RotarySpec Rotary(RotaryScaling scaling) => new(8, RotaryPairing.Halves, 10000, scaling, Factors: null);
}
