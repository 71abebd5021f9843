using System;
using System.Linq;
using ModelGen.Execution;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Execution;

/// <summary>Which strips of 16 logits some tokens are in.</summary>
public sealed unsafe class LogitRowsTests
{
    [Theory]
    [InlineData(160, new[] { 0 })]
    [InlineData(160, new[] { 15, 16, 159 })]
    [InlineData(2000, new[] { 63, 64, 1023, 1024, 1999 })]
    public void WantedAreTheStripsOfTheTokens(int stride, int[] tokens)
    {
        var rows = new LogitRows(1, stride);
        new Span<float>(rows.Address, stride).Fill(1);
        rows.Want(Mask(tokens, stride));
        int[] strips = [.. Enumerable.Range(0, stride / 16).Where(strip => (rows.Strips[strip / 64] >> strip & 1) != 0)];
        strips.ShouldBe(tokens.Select(id => id / 16).Distinct());
        rows.AsSpan(stride).ToArray().ShouldAllBe(logit => float.IsNegativeInfinity(logit));

        // The next one has its own.
        rows.Want(Mask([40], stride));
        rows.Strips[0].ShouldBe(4UL);
        rows.Want([]);
        ((nint)rows.Strips).ShouldBe(0);
    }

    [Fact]
    public void WhereNearlyAllOrNoneAreWantedAllAre()
    {
        var rows = new LogitRows(1, 160);
        int[] first = [.. Enumerable.Range(0, 9).Select(strip => strip * 16)];
        rows.Want(Mask(first[..8], 160));
        ((nint)rows.Strips).ShouldNotBe(0);
        rows.Want(Mask(first, 160));
        ((nint)rows.Strips).ShouldBe(0);
        rows.Want(Mask([], 160));
        ((nint)rows.Strips).ShouldBe(0);
    }

    // A vocabulary may have fewer tokens than the model has logits.
    [Fact]
    public void BehindTheVocabularyNothingIsWanted()
    {
        var rows = new LogitRows(1, 320);
        rows.Want(Mask([63], 64));
        rows.Strips[0].ShouldBe(8UL);
    }

    private static ulong[] Mask(int[] tokens, int count)
    {
        ulong[] mask = new ulong[(count + 63) / 64];
        foreach (int id in tokens)
        {
            mask[id / 64] |= 1UL << id;
        }

        return mask;
    }
}
