using System;
using System.Linq;
using ModelGen.Sampling;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>Both versions of mirostat against the paper's formulas, and whether they reach what they aim at.</summary>
public sealed class MirostatTests
{
    [Theory]
    [InlineData(0.5f)]
    [InlineData(3f)]
    [InlineData(9f)]
    public void Version1TakesAsManyAsZipfsLawGives(float target)
    {
        MirostatOptions options = new() { Version = 1, TargetSurprise = target };
        foreach (float[] logits in SamplerRun.ManyLogits(seed: 1, 2000).Select(Widened))
        {
            double[] best = [.. SamplerRun.Probabilities(logits).OrderDescending().Take(100)];
            double above = 0;
            double below = 0;
            for (int i = 0; i + 1 < best.Length; i++)
            {
                double t = Math.Log((i + 2.0) / (i + 1.0));
                above += t * Math.Log(best[i] / best[i + 1]);
                below += t * t;
            }

            double s = above / below;
            double k = Math.Pow((s - 1) * Math.Pow(2, 2 * target) / (1 - Math.Pow(logits.Length, 1 - s)), 1 / s);
            if (best[^1] == 0 || !double.IsFinite(k) || Math.Abs(k - Math.Round(k)) < 1e-3 * k)
            {
                continue;
            }

            int expected = Math.Clamp((int)Math.Min(k, int.MaxValue), 1, logits.Length);
            SamplerRun.Apply(MirostatSampler.Create(options, logits.Length), logits)
                .ShouldBe(SamplerRun.Apply(new TopKSampler(expected), logits));
        }
    }

    [Theory]
    [InlineData(0.2f)]
    [InlineData(2f)]
    [InlineData(6f)]
    public void Version2TakesWhatIsNotTooSurprising(float target)
    {
        MirostatOptions options = new() { TargetSurprise = target };
        foreach (float[] logits in SamplerRun.ManyLogits(seed: 2, 2000))
        {
            double[] surprises = [.. SamplerRun.Probabilities(logits).Select(p => -Math.Log2(p))];
            if (surprises.Any(surprise => Math.Abs(surprise - 2 * target) < 1e-4))
            {
                continue;
            }

            int best = Array.IndexOf(logits, logits.Max());
            SamplerRun.Apply(MirostatSampler.Create(options, logits.Length), logits).Select(item => item.Id)
                .ShouldBe(Enumerable.Range(0, logits.Length).Where(id => surprises[id] <= 2 * target || id == best));
        }
    }

    [Theory]
    [InlineData(1, 2f)]
    [InlineData(1, 4f)]
    [InlineData(2, 2f)]
    [InlineData(2, 4f)]
    public void TheMeanSurpriseComesToWhatIsAskedFor(int version, float target)
    {
        // p(i) ∝ 1 / i of 1,000 tokens, whose entropy is 7.5 bits.
        float[] logits = [.. Enumerable.Range(1, 1000).Select(rank => -MathF.Log(rank))];
        MirostatOptions options = new() { Version = version, TargetSurprise = target };
        MirostatSampler mirostat = MirostatSampler.Create(options, logits.Length);
        Random random = new(2);
        double sum = 0;
        for (int round = 0; round < 3000; round++)
        {
            double[] left = SamplerRun.Probabilities(SamplerRun.Apply(mirostat, logits).Select(item => item.Logit));
            double point = random.NextDouble();
            int drawn = 0;
            for (double below = left[0]; below < point && drawn + 1 < left.Length; below += left[++drawn])
            {
            }

            mirostat.Observe(left[drawn]);
            sum += round < 500 ? 0 : -Math.Log2(left[drawn]);
        }

        (sum / 2500).ShouldBe(target, 0.1);
    }

    [Fact]
    public void LogitsOfAnySizeLeaveSomething()
    {
        foreach (int version in new[] { 1, 2 })
        {
            foreach (float[] logits in new float[][] { [1], [2, 2, 2], [float.MinValue, float.MaxValue], [float.MaxValue, float.MaxValue, 0] })
            {
                MirostatSampler sampler = MirostatSampler.Create(new MirostatOptions { Version = version }, logits.Length);
                SamplerRun.Apply(sampler, logits).Max(item => item.Logit).ShouldBe(logits.Max());
            }
        }
    }

    // More candidates than the estimate looks at.
    private static float[] Widened(float[] logits) =>
        [.. logits, .. logits.Select(logit => logit - 0.7f), .. logits.Select(logit => logit - 1.9f)];
}
