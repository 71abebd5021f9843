using System;
using System.Linq;
using ModelGen.Sampling;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>Exponentials of logits beside the system's, and in one order by themselves.</summary>
public sealed class ExponentialsTests
{
    private const double Bound = 1e-14;

    [Fact]
    public void EachIsAsNearAsItSays()
    {
        for (int step = 0; step <= 708_000; step++)
        {
            float distance = -step / 1000f;
            double exact = Math.Exp(distance);
            Math.Abs(Exponentials.Of(distance, 0) - exact).ShouldBeLessThanOrEqualTo(Bound * exact, $"{distance}");
        }
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(3e38, 3e38, 1)]
    [InlineData(-709, 0, 0)]
    [InlineData(-3e38, 3e38, 0)]
    [InlineData(double.NegativeInfinity, 0, 0)]
    [InlineData(double.NegativeInfinity, -3e38, 0)]
    [InlineData(double.NaN, 0, double.NaN)]
    [InlineData(double.NegativeInfinity, double.NegativeInfinity, double.NaN)]
    public void EndsAreExact(double logit, double highest, double expected) =>
        Exponentials.Of((float)logit, (float)highest).ShouldBe(expected);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(39)]
    [InlineData(151_646)]
    public void SumsAreOfOneOrderAndEachIsTheSameAlone(int count)
    {
        Random random = new(count);
        float[] logits = [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * 40))];
        float highest = logits.Max();
        Exponentials.Highest(logits).ShouldBe(highest);
        Exponentials.Sum(logits, highest).ShouldBe(SumOf([.. logits.Select(logit => Exponentials.Of(logit, highest))]));
        float[] weights = new float[count];
        Exponentials.Weights(logits, highest, weights);
        weights.ShouldBe(logits.Select(logit => (float)Exponentials.Of(logit, highest)));
        Exponentials.SumOfWeights(logits, highest).ShouldBe(weights.Sum(weight => (double)weight), 1e-9);
        weights.ShouldBe(logits.Select(logit => Exponentials.Weight(logit, highest)));
    }

    [Fact]
    public void WeightsOfEqualLogitsSumUpExactly()
    {
        float[] logits = [0, .. Enumerable.Repeat(-3.5f, 10_000)];
        double one = Exponentials.Weight(-3.5f, 0);
        Exponentials.SumOfWeights(logits, 0).ShouldBe(1 + (10_000 * one));
    }

    // Every fourth one by itself, then both halves; what is left over comes last.
    private static double SumOf(double[] terms)
    {
        double[] sums = new double[4];
        int whole = terms.Length / 4 * 4;
        for (int index = 0; index < whole; index++)
        {
            sums[index % 4] += terms[index];
        }

        double sum = sums[0] + sums[2] + (sums[1] + sums[3]);
        foreach (double term in terms.AsSpan(whole))
        {
            sum += term;
        }

        return sum;
    }

    [Fact]
    public void TheirBitsAreThoseOfEveryMachine()
    {
        // Written down once: a processor or a library that gave others would change what a seed draws.
        ulong hash = 14695981039346656037;
        for (int step = 0; step < 100_000; step++)
        {
            hash = (hash ^ (ulong)BitConverter.DoubleToInt64Bits(Exponentials.Of(-step / 997f, 0))) * 1099511628211;
        }

        hash.ShouldBe(7059761880436481711UL);
    }
}
