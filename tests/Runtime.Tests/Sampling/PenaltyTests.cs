using System;
using System.Linq;
using ModelGen.Sampling;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>Penalties against what they are defined as.</summary>
public sealed class PenaltyTests
{
    [Theory]
    [InlineData(1.3f, 0f, 0f, 64)]
    [InlineData(1f, 0.4f, 0f, 10)]
    [InlineData(1f, 0f, 1.5f, 1)]
    [InlineData(0.8f, -0.2f, -1f, null)]
    public void TokensOfTheLastOnesLose(float repetition, float frequency, float presence, int? lastTokens)
    {
        PenaltyOptions options = new() { Repetition = repetition, Frequency = frequency, Presence = presence, LastTokens = lastTokens };
        Random random = new(1);
        PenaltySampler sampler = new(options, vocabularySize: 60);
        foreach (float[] logits in SamplerRun.ManyLogits(seed: 3, 1000))
        {
            // Ids from 60 on pad the output head.
            int[] text = [.. Enumerable.Range(0, random.Next(100)).Select(_ => random.Next(70))];
            float[] left = [.. SamplerRun.Apply(sampler, logits, text).Select(item => item.Logit)];
            int[] window = lastTokens is int last ? [.. text.TakeLast(last)] : text;
            for (int id = 0; id < logits.Length; id++)
            {
                int count = window.Count(other => other == id);
                double expected = count == 0
                    ? logits[id]
                    : (logits[id] > 0 ? logits[id] / repetition : logits[id] * repetition) - count * frequency - presence;
                ((double)left[id]).ShouldBe(expected, 1e-4);
            }
        }
    }

    [Fact]
    public void NumbersOfAnySizeLeaveNumbers()
    {
        PenaltyOptions options = new() { Repetition = float.Epsilon, Frequency = float.MaxValue, Presence = float.MaxValue };
        SamplerRun.Apply(new PenaltySampler(options, 3), [1, -1, 0], 0, 0, 1, 1, 2).ShouldAllBe(item => float.IsFinite(item.Logit));
        SamplerRun.Apply(new PenaltySampler(options with { Frequency = float.MinValue }, 3), [1, -1, 0], 0, 0, 1)
            .ShouldAllBe(item => float.IsFinite(item.Logit));
    }

    [Fact]
    public void WhatIsSortedBeforeIsSortedAnew() =>
        SamplerRun.Apply([new TopKSampler(3), new PenaltySampler(new PenaltyOptions { Presence = 5 }, 3), new TopKSampler(2)], [3, 2, 1], 0)
            .ShouldBe([(1, 2f), (2, 1f)]);
}
