using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Sampling;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>Each sampler against the plainest way to write it.</summary>
public sealed class SamplerTests
{
    // Few different values, so that ties are common, and −∞, which masks a token out.
    private static readonly Gen<float[]> Logits = Gen.Choose(-8, 8).Select(value => value < -7 ? float.NegativeInfinity : value / 2f)
        .ArrayOf().Where(logits => logits.Any(float.IsFinite));

    [Fact]
    public void TopKKeepsTheKBestInOrder() =>
        Check(Logits.Zip(Gen.Choose(1, 20)), (logits, k) =>
            Apply(new TopKSampler(k), logits).ShouldBe(InOrder(logits).Take(k)));

    [Fact]
    public void TopPKeepsTheFewestThatSumToP() =>
        Check(Logits.Zip(Probability()), (logits, p) =>
        {
            Apply(new TopPSampler(p), logits).ShouldBe(TopP(InOrder(logits), logits, p));

            // The same behind top-k, where the candidates are in order already.
            (int Id, float Logit)[] five = [.. InOrder(logits).Take(5)];
            Apply(new TopKSampler(5), new TopPSampler(p), logits).ShouldBe(TopP(five, [.. five.Select(item => item.Logit)], p));
        });

    [Fact]
    public void MinPKeepsWhatIsLikelyEnoughBesideTheBest() =>
        Check(Logits.Zip(Probability().Where(p => p > 0)), (logits, p) =>
        {
            float threshold = logits.Max() + MathF.Log(p);
            Apply(new MinPSampler(p), logits).ShouldBe(InOrder(logits).Where(item => item.Logit >= threshold), ignoreOrder: true);
            Apply(new TopKSampler(5), new MinPSampler(p), logits).ShouldBe(InOrder(logits).Take(5).Where(item => item.Logit >= threshold));
        });

    [Fact]
    public void TemperatureDividesTheDistances()
    {
        Apply(new TemperatureSampler(0.5f), [1, 3, 2]).Select(item => item.Logit).ShouldBe([-4, 0, -2]);
        Apply(new TemperatureSampler(float.Epsilon), [1, 3, 2]).Select(item => item.Logit)
            .ShouldBe([float.NegativeInfinity, 0, float.NegativeInfinity]);
        Apply(new TemperatureSampler(float.MaxValue), [1, float.NegativeInfinity]).Select(item => item.Logit)
            .ShouldBe([0, float.NegativeInfinity]);
    }

    private static void Check<T>(Gen<(float[], T)> inputs, Action<float[], T> test) =>
        Prop.ForAll(inputs.ToArbitrary(), input => test(input.Item1, input.Item2)).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    private static Gen<float> Probability() => Gen.Choose(0, 100).Select(percent => percent / 100f);

    private static IEnumerable<(int Id, float Logit)> InOrder(float[] logits) =>
        logits.Select((logit, id) => (Id: id, Logit: logit)).OrderByDescending(item => item.Logit).ThenBy(item => item.Id);

    private static (int Id, float Logit)[] TopP(IEnumerable<(int Id, float Logit)> inOrder, float[] logits, float p)
    {
        double total = 0;
        foreach (float logit in logits)
        {
            total += MathF.Exp(logit - logits.Max());
        }

        List<(int, float)> kept = [];
        double sum = 0;
        foreach ((int id, float logit) in inOrder)
        {
            kept.Add((id, logit));
            sum += MathF.Exp(logit - logits.Max());
            if (sum >= p * total)
            {
                break;
            }
        }

        return [.. kept];
    }

    private static (int Id, float Logit)[] Apply(ISampler sampler, float[] logits) => SamplerRun.Apply(sampler, logits);

    private static (int Id, float Logit)[] Apply(ISampler first, ISampler second, float[] logits) => SamplerRun.Apply([first, second], logits);
}
