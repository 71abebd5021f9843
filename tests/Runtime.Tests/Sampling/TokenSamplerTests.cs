using System;
using System.Linq;
using ModelGen.Sampling;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

public sealed class TokenSamplerTests
{
    // Everything off: the plain distribution.
    private static readonly GenerationOptions Plain = new() { Temperature = 1, TopK = 0, TopP = 1, MinP = 0, Seed = 42 };

    private static readonly double[] Probabilities = [0.5, 0.05, 0.3, 0, 0.15];

    private static readonly float[] Logits = [.. Probabilities.Select(probability => (float)Math.Log(probability) + 3)];

    [Fact]
    public void DrawsByProbability() => Frequencies(Plain).ShouldMatch(Probabilities);

    [Fact]
    public void TemperatureSharpensAndFlattens()
    {
        double sum = Probabilities.Sum(probability => probability * probability);
        Frequencies(Plain with { Temperature = 0.5f })
            .ShouldMatch([.. Probabilities.Select(probability => probability * probability / sum)]);
        sum = Probabilities.Sum(Math.Sqrt);
        Frequencies(Plain with { Temperature = 2 }).ShouldMatch([.. Probabilities.Select(probability => Math.Sqrt(probability) / sum)]);
    }

    [Fact]
    public void TheSamplersWorkInOrder()
    {
        Frequencies(Plain with { TopK = 3 }).ShouldMatch([0.5 / 0.95, 0, 0.3 / 0.95, 0, 0.15 / 0.95]);
        Frequencies(Plain with { TopP = 0.6f }).ShouldMatch([0.5 / 0.8, 0, 0.3 / 0.8, 0, 0]);
        Frequencies(Plain with { MinP = 0.2f }).ShouldMatch([0.5 / 0.95, 0, 0.3 / 0.95, 0, 0.15 / 0.95]);

        // Top-k before top-p: of the two best, 0.62 reaches 0.6. Top-p alone would keep both.
        Frequencies(Plain with { TopK = 2, TopP = 0.6f }).ShouldMatch([1, 0, 0, 0, 0]);

        // Temperature comes last: at 100 all are nearly even, but min-p has seen them as they were.
        Frequencies(Plain with { MinP = 0.5f, Temperature = 100 }).ShouldMatch([0.5, 0, 0.5, 0, 0]);
    }

    [Fact]
    public void TheOrderIsTheUsers()
    {
        // Temperature first: min-p sees what it has made of them.
        GenerationOptions options = Plain with
        {
            MinP = 0.5f, Temperature = 100, SamplerOrder = [SamplerKind.Temperature, SamplerKind.MinP],
        };
        Frequencies(options).Count(frequency => frequency > 0).ShouldBe(4);

        // What is not named does not work; without a temperature the logits stay as they are.
        Frequencies(options with { SamplerOrder = [SamplerKind.Xtc] }).ShouldMatch(Probabilities);

        // Top-k sees what the penalty has made of them only if it comes later.
        options = Plain with { TopK = 1, Penalties = new PenaltyOptions { Presence = 100 } };
        Samplers.Create(options, 5).Sample([0], Logits).ShouldBe(2);
        Samplers.Create(options with { SamplerOrder = [SamplerKind.TopK, SamplerKind.Penalties] }, 5).Sample([0], Logits).ShouldBe(0);
    }

    [Fact]
    public void MirostatTakesThePlaceOfTheSamplersThatTakeTokensAway()
    {
        GenerationOptions options = Plain with
        {
            TopK = 1, TopP = 0, MinP = 1, TypicalP = 0, TopNSigma = 0.01f, Mirostat = new MirostatOptions(),
        };
        Frequencies(options).ShouldMatch(Probabilities);
        Frequencies(options with { Mirostat = new MirostatOptions { TargetSurprise = 0.01f } })[0].ShouldBeGreaterThan(0.9);
        Draw(options with { Temperature = 0 }, 10).ShouldAllBe(id => id == 0);
    }

    [Fact]
    public void PenaltiesAndDryWorkUnderGreedyAndNothingElseDoes()
    {
        GenerationOptions greedy = Plain with { Temperature = 0, Xtc = new XtcOptions { Probability = 1, Threshold = 0 }, TypicalP = 0 };
        Samplers.Create(greedy, 5).Sample([0], Logits).ShouldBe(0);
        Samplers.Create(greedy with { Penalties = new PenaltyOptions { Presence = 2 } }, 5).Sample([0], Logits).ShouldBe(2);
        Samplers.Create(greedy with { Dry = new DryOptions { Multiplier = 2, AllowedLength = 1, SequenceBreakers = [] } }, 5)
            .Sample([3, 0, 3], Logits).ShouldBe(2);
        Samplers.Create(greedy with { Dry = new DryOptions(), SamplerOrder = [] }, 5).Sample([3, 0, 3], Logits).ShouldBe(0);
    }

    [Fact]
    public void ImpossibleTokensAreNoCandidates()
    {
        float[] logits = [0, 0, float.NegativeInfinity, float.NegativeInfinity];
        GenerationOptions options = Plain with { TypicalP = 0.5f, TopNSigma = 1, Xtc = new XtcOptions { Probability = 1, Threshold = 0.4f } };
        TokenSampler sampler = Samplers.Create(options, 4);
        Enumerable.Range(0, 100).Select(_ => sampler.Sample(logits)).ShouldAllBe(id => id == 0 || id == 1);
    }

    [Fact]
    public void TheSameSeedDrawsTheSame()
    {
        Draw(Plain, 100).ShouldBe(Draw(Plain, 100));
        Draw(Plain, 100).ShouldNotBe(Draw(Plain with { Seed = 43 }, 100));
        Draw(Plain with { Seed = null }, 100).ShouldNotBe(Draw(Plain with { Seed = null }, 100));
    }

    [Fact]
    public void TheDrawIsFixedForEver() =>
        Draw(Plain with { Seed = 1 }, 16).ShouldBe(ExpectedDraw(seed: 1, 16));

    /// <summary>Top-k, top-p, min-p and temperature in double, and the inverse of what they leave at the generator's next number.</summary>
    [Fact]
    public void TheDefaultsDrawWhatTheyDoByDefinition()
    {
        GenerationOptions options = new() { Seed = 11 };
        TokenSampler sampler = Samplers.Create(options, 200);
        Xoshiro256 random = new(11);
        Random source = new(5);
        for (int round = 0; round < 2000; round++)
        {
            float[] logits = [.. Enumerable.Range(0, 200).Select(_ => source.NextSingle() * 12)];
            int[] best = [.. Enumerable.Range(0, 200).OrderByDescending(id => logits[id]).Take(40)];
            double[] likely = SamplerRun.Probabilities(best.Select(id => logits[id]));
            int nucleus = 1;
            for (double sum = likely[0]; sum < options.TopP && nucleus < 40; nucleus++)
            {
                sum += likely[nucleus];
            }

            int[] left = [.. best.Take(nucleus).Where((_, index) => likely[index] >= options.MinP * likely[0])];
            double[] weights = SamplerRun.Probabilities(left.Select(id => logits[id] / options.Temperature));
            double target = random.NextDouble();
            int drawn = 0;
            for (double sum = weights[0]; sum <= target && drawn + 1 < left.Length; sum += weights[++drawn])
            {
            }

            sampler.Sample(logits).ShouldBe(left[drawn]);
        }
    }

    [Fact]
    public void GreedyTakesTheHighestAndTheLowestIdOnTies()
    {
        TokenSampler greedy = Samplers.Create(new GenerationOptions { Temperature = 0, TopK = 1 }, 5);
        greedy.Sample([1, 5, 3, 5, 2]).ShouldBe(1);
        greedy.Sample([float.NegativeInfinity, -9, float.NegativeInfinity, -9, -10]).ShouldBe(1);
    }

    [Fact]
    public void ATinyTemperatureIsAsGoodAsGreedy() =>
        Draw(Plain with { Temperature = float.Epsilon }, 50).ShouldAllBe(id => id == 0);

    [Fact]
    public void LogitsBehindTheVocabularyAreLeftAside()
    {
        float[] logits = [0, 1, 100, float.NaN];
        Samplers.Create(Plain with { Temperature = 0 }, 2).Sample(logits).ShouldBe(1);
        Samplers.Create(Plain, 2).Sample(logits)!.Value.ShouldBeLessThan(2);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void LogitsThatAreNoNumbersAreRefused(float temperature)
    {
        GenerationOptions options = Plain with { Temperature = temperature };
        Should.Throw<ModelGenException>(() => Samplers.Create(options, 3).Sample([0, float.NaN, 1]))
            .Message.ShouldContain("logit of token 1 is NaN");
        Should.Throw<ModelGenException>(() => Samplers.Create(options, 3).Sample([0, 1, float.PositiveInfinity]))
            .Message.ShouldContain("token 2 is Infinity");
        float none = float.NegativeInfinity;
        Should.Throw<ModelGenException>(() => Samplers.Create(options, 3).Sample([none, none, none])).Message.ShouldContain("all −∞");
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(40, 0.95, 0.05)]
    [InlineData(0, 0.95, 0)]
    public void SamplingAllocatesNothing(int topK, float topP, float minP)
    {
        float[] logits = [.. Enumerable.Range(0, 1000).Select(id => MathF.Sin(id) * 5)];
        TokenSampler sampler = Samplers.Create(Plain with { TopK = topK, TopP = topP, MinP = minP }, logits.Length);
        AllocationMeter.BytesAllocatedBy(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                sampler.Sample(logits);
            }
        }).ShouldBe(0);
    }

    private static int[] Draw(GenerationOptions options, int count)
    {
        TokenSampler sampler = Samplers.Create(options, Logits.Length);
        return [.. Enumerable.Range(0, count).Select(_ => sampler.Sample(Logits)!.Value)];
    }

    private static double[] Frequencies(GenerationOptions options)
    {
        int[] drawn = Draw(options, FrequencyAssertions.Draws);
        return [.. Enumerable.Range(0, Logits.Length).Select(id => drawn.Count(other => other == id) / (double)drawn.Length)];
    }

    // The inverse of the cumulative distribution at the generator's next number.
    private static int[] ExpectedDraw(ulong seed, int count)
    {
        Xoshiro256 random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double target = random.NextDouble();
            int id = 0;
            for (double sum = Probabilities[0]; sum <= target; sum += Probabilities[++id])
            {
            }

            return id;
        })];
    }
}

internal static class FrequencyAssertions
{
    public const int Draws = 100_000;

    /// <summary>Within five standard deviations of the binomial distribution; never drawn where the probability is 0.</summary>
    public static void ShouldMatch(this double[] frequencies, double[] probabilities)
    {
        for (int id = 0; id < probabilities.Length; id++)
        {
            double deviation = Math.Sqrt(probabilities[id] * (1 - probabilities[id]) / Draws);
            frequencies[id].ShouldBe(probabilities[id], 5 * deviation + 1e-12, $"token {id}");
        }
    }
}
