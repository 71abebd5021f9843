using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Sampling;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>Typical-p, top-n-sigma and XTC against the plainest way to write them, in double.</summary>
public sealed class TruncationTests
{
    // Where a sum or a distance comes so near to what cuts it off, rounding decides.
    private const double Doubt = 1e-5;

    [Theory]
    [InlineData(0f)]
    [InlineData(0.2f)]
    [InlineData(0.5f)]
    [InlineData(0.95f)]
    public void TypicalKeepsTheFewestThatAreNearestToTheEntropy(float p)
    {
        int compared = 0;
        foreach (float[] logits in SamplerRun.ManyLogits(seed: 1, 2000))
        {
            if (Typical(logits, p) is int[] expected)
            {
                SamplerRun.Apply(new TypicalSampler(p, logits.Length), logits).Select(item => item.Id).ShouldBe(expected);
                compared++;
            }
        }

        compared.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void TypicalLeavesTheOrderAsItIs()
    {
        float[] logits = [0, 3, 1, 2.5f, -1, 2];
        int[] kept = Typical(logits, 0.6f)!;
        SamplerRun.Apply([new TopKSampler(6), new TypicalSampler(0.6f, 6)], logits).Select(item => item.Id)
            .ShouldBe(kept.OrderByDescending(id => logits[id]));
    }

    [Fact]
    public void TypicalMayDropTheLikeliest()
    {
        // The entropy is 2.46: the surprise of 3.00 of each of the others is nearer than the 1.20 of the likeliest.
        float[] logits = [MathF.Log(0.3f), .. Enumerable.Repeat(MathF.Log(0.05f), 14)];
        SamplerRun.Apply(new TypicalSampler(0.38f, 15), logits).Select(item => item.Id).ShouldBe(Enumerable.Range(1, 8));
    }

    [Theory]
    [InlineData(0.3f)]
    [InlineData(1f)]
    [InlineData(2.5f)]
    public void TopNSigmaKeepsWhatIsWithinNDeviationsOfTheHighest(float n)
    {
        foreach (float[] logits in SamplerRun.ManyLogits(seed: 2, 2000))
        {
            double mean = logits.Average(logit => (double)logit);
            double deviation = Math.Sqrt(logits.Average(logit => (logit - mean) * (logit - mean)));
            double threshold = logits.Max() - n * deviation;
            if (logits.All(logit => logit == logits.Max() || Math.Abs(logit - threshold) > Doubt))
            {
                int[] expected = [.. Ids(logits).Where(id => logits[id] >= threshold)];
                SamplerRun.Apply(new TopNSigmaSampler(n), logits).Select(item => item.Id).ShouldBe(expected);
                SamplerRun.Apply([new TopKSampler(logits.Length), new TopNSigmaSampler(n)], logits).Select(item => item.Id)
                    .ShouldBe(expected.OrderByDescending(id => logits[id]).ThenBy(id => id));
            }
        }
    }

    [Fact]
    public void TopNSigmaOfEqualLogitsKeepsAll() =>
        SamplerRun.Apply(new TopNSigmaSampler(1), [2, 2, 2]).Length.ShouldBe(3);

    [Theory]
    [InlineData(0f)]
    [InlineData(0.05f)]
    [InlineData(0.2f)]
    [InlineData(0.5f)]
    public void XtcTakesAwayAllThatAreLikelyButTheLeastLikelyOfThem(float threshold)
    {
        foreach (float[] logits in SamplerRun.ManyLogits(seed: 3, 2000))
        {
            double[] probabilities = SamplerRun.Probabilities(logits);
            if (threshold > 0 && probabilities.Any(p => Math.Abs(p - threshold) < Doubt))
            {
                continue;
            }

            int[] likely = [.. Ids(logits).Where(id => probabilities[id] >= threshold).OrderByDescending(id => logits[id]).ThenBy(id => id)];
            int[] expected = [.. Ids(logits).Except(likely.SkipLast(1))];
            SamplerRun.Apply(Xtc(1, threshold), logits).Select(item => item.Id).ShouldBe(expected);
        }
    }

    [Fact]
    public void XtcComesAboutAsOftenAsItIsAskedFor()
    {
        float[] logits = [1, 1, 0];
        XtcSampler sampler = Xtc(0.3f, 0.2f);
        int[] counts = [.. Enumerable.Range(0, 10_000).Select(_ => SamplerRun.Apply(sampler, logits).Length)];
        double share = counts.Count(count => count == 2) / 10_000.0;
        share.ShouldBe(0.3, 5 * Math.Sqrt(0.3 * 0.7 / 10_000));
        counts.Count(count => count == 3).ShouldBe(10_000 - counts.Count(count => count == 2));
        SamplerRun.Apply(Xtc(0, 0.2f), logits).Length.ShouldBe(3);
        SamplerRun.Apply(Xtc(1, 0.51f), logits).Length.ShouldBe(3);
    }

    private static XtcSampler Xtc(float probability, float threshold) =>
        new(new XtcOptions { Probability = probability, Threshold = threshold }, seed: 9);

    private static IEnumerable<int> Ids(float[] logits) => Enumerable.Range(0, logits.Length);

    // Null where rounding decides.
    private static int[]? Typical(float[] logits, float p)
    {
        double[] probabilities = SamplerRun.Probabilities(logits);
        double entropy = SamplerRun.Entropy(probabilities);
        double[] distances = [.. probabilities.Select(probability => Math.Abs(-Math.Log(probability) - entropy))];
        int[] order = [.. Ids(logits).OrderBy(id => distances[id]).ThenByDescending(id => logits[id]).ThenBy(id => id)];
        for (int i = 1; i < order.Length; i++)
        {
            bool isTie = logits[order[i]] == logits[order[i - 1]];
            if (!isTie && distances[order[i]] - distances[order[i - 1]] < Doubt * (1 + distances[order[i]]))
            {
                return null;
            }
        }

        List<int> kept = [];
        double sum = 0;
        foreach (int id in order)
        {
            kept.Add(id);
            sum += probabilities[id];
            if (Math.Abs(sum - p) < Doubt)
            {
                return null;
            }

            if (sum >= p)
            {
                break;
            }
        }

        return [.. kept.Order()];
    }
}
