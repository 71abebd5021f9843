using System;
using System.Linq;
using ModelGen.Sampling;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>Temperatures that follow the entropy, against what they are defined as.</summary>
public sealed class TemperatureTests
{
    [Theory]
    [InlineData(1f, 0.5f, 1f)]
    [InlineData(0.8f, 0.8f, 2f)]
    [InlineData(0.7f, 3f, 0.5f)]
    [InlineData(1.3f, 0f, 1f)]
    public void DynamicTemperatureGoesByTheShareOfTheHighestEntropy(float temperature, float range, float exponent)
    {
        DynamicTemperatureSampler sampler = new(temperature, new DynamicTemperatureOptions { Range = range, Exponent = exponent });
        foreach (float[] logits in SamplerRun.ManyLogits(seed: 1, 1000).Where(logits => logits.Length > 1))
        {
            double share = SamplerRun.Entropy(SamplerRun.Probabilities(logits)) / Math.Log(logits.Length);
            double lowest = Math.Max(temperature - range, 0);
            double found = lowest + (temperature + range - lowest) * Math.Pow(share, exponent);
            ShouldBeDivided(SamplerRun.Apply(sampler, logits), logits, found);
        }
    }

    [Fact]
    public void WithoutDoubtADynamicTemperatureFrom0TakesTheBest()
    {
        DynamicTemperatureSampler sampler = new(0.5f, new DynamicTemperatureOptions { Range = 0.5f });
        SamplerRun.Apply(sampler, [0, 5000, 4000]).Select(item => item.Id).ShouldBe([1]);
        SamplerRun.Apply(sampler, [7]).ShouldBe([(0, 7f)]);
    }

    [Fact]
    public void AdaptiveTemperatureMultipliesByThePapersPolynomial()
    {
        AdaptiveTemperatureSampler sampler = new(1, new AdaptiveTemperatureOptions());
        int sharpened = 0;
        foreach (float[] logits in SamplerRun.ManyLogits(seed: 2, 1000))
        {
            double h = SamplerRun.Entropy(SamplerRun.Probabilities(logits));
            double beta = h > 0.5 ? Math.Max(1, -0.037 * h * h * h * h + 0.481 * h * h * h - 2.3 * h * h + 4.917 * h - 1.791) : 1;
            sharpened += beta > 1 ? 1 : 0;
            ShouldBeDivided(SamplerRun.Apply(sampler, logits), logits, 1 / beta);
        }

        sharpened.ShouldBeGreaterThan(200);
    }

    [Fact]
    public void ThePolynomialTheThresholdAndTheTemperatureAreTheUsers()
    {
        float[] logits = [1, 1, 1, 0];
        double h = SamplerRun.Entropy(SamplerRun.Probabilities(logits));
        AdaptiveTemperatureOptions options = new() { Coefficients = [2, 3] };
        ShouldBeDivided(SamplerRun.Apply(new AdaptiveTemperatureSampler(0.5f, options), logits), logits, 0.5 / (2 * h + 3));
        ShouldBeDivided(SamplerRun.Apply(new AdaptiveTemperatureSampler(1, options with { MinEntropy = 1.5f }), logits), logits, 1);
        ShouldBeDivided(SamplerRun.Apply(new AdaptiveTemperatureSampler(1, options with { Coefficients = [-1] }), logits), logits, 1);
    }

    [Fact]
    public void NumbersOfAnySizeLeaveADistribution()
    {
        AdaptiveTemperatureOptions huge = new() { Coefficients = [float.MaxValue, float.MaxValue, float.MaxValue] };
        AssertDistribution(new AdaptiveTemperatureSampler(float.Epsilon, huge));
        AssertDistribution(new AdaptiveTemperatureSampler(float.MaxValue, new AdaptiveTemperatureOptions()));
        AssertDistribution(new DynamicTemperatureSampler(float.MaxValue, new DynamicTemperatureOptions { Range = float.MaxValue }));
        DynamicTemperatureOptions steep = new() { Range = 0, Exponent = float.MaxValue };
        AssertDistribution(new DynamicTemperatureSampler(float.Epsilon, steep));

        static void AssertDistribution(ISampler sampler)
        {
            (int Id, float Logit)[] left = SamplerRun.Apply(sampler, [float.MinValue, 1, 0.5f, float.MaxValue]);
            left.ShouldAllBe(item => item.Logit <= float.MaxValue);
            left.MaxBy(item => item.Logit).Id.ShouldBe(3);
        }
    }

    private static void ShouldBeDivided((int Id, float Logit)[] left, float[] logits, double temperature)
    {
        double highest = logits.Max();
        double[] weights = [.. logits.Select(logit => logit == highest ? 1 : Math.Exp((logit - highest) / temperature))];
        double[] found = SamplerRun.Probabilities(left.Select(item => item.Logit));
        for (int id = 0; id < logits.Length; id++)
        {
            // Where the temperature comes to 0, only the first of the best is left.
            int index = Array.FindIndex(left, item => item.Id == id);
            double expected = temperature < 1e-7 ? (id == Array.IndexOf(logits, (float)highest) ? 1 : 0) : weights[id] / weights.Sum();
            (index < 0 ? 0 : found[index]).ShouldBe(expected, 1e-5);
        }
    }
}
