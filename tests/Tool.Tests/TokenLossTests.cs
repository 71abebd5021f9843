using System;
using System.Linq;
using ModelGen.Tool.Measuring;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary>Losses beside the same sum in doubles.</summary>
public sealed class TokenLossTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 10)]
    [InlineData(TokenLoss.BlockLength, 1)]
    [InlineData(TokenLoss.BlockLength + 1, 5)]
    [InlineData(151_936, 0)]
    [InlineData(151_936, 1)]
    [InlineData(151_936, 12)]
    public void LossesAreThoseOfDoubles(int vocabulary, double deviation)
    {
        Random random = new(vocabulary);
        float[] logits = [.. Enumerable.Range(0, vocabulary).Select(_ => (float)(deviation * random.NextDouble() * 4))];
        double largest = logits.Max();
        double sum = logits.Sum(logit => Math.Exp(logit - largest));
        TokenLoss losses = new();
        foreach (int id in new[] { 0, vocabulary / 2, vocabulary - 1 })
        {
            losses.Of(logits, id).ShouldBe(Math.Log(sum) + largest - logits[id], tolerance: 1e-6);
        }
    }

    [Fact]
    public void LogitsThatNoExponentialHoldsHaveALoss()
    {
        float[] logits = [.. Enumerable.Repeat(-1e30f, 5000), 1e30f, float.NegativeInfinity];
        TokenLoss losses = new();
        losses.Of(logits, 5000).ShouldBe(0);
        losses.Of(logits, 0).ShouldBe(2e30, tolerance: 1e24);
        losses.Of(logits, 5001).ShouldBe(double.PositiveInfinity);
    }
}
