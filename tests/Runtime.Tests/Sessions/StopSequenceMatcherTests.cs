using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Generation;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sessions;

public sealed class StopSequenceMatcherTests
{
    [Fact]
    public void WhatCouldBecomeAStopSequenceIsNotSure()
    {
        StopSequenceMatcher matcher = new(["</end>"]);
        matcher.Append("text <");
        matcher.SureLength.ShouldBe("text ".Length);
        matcher.Append("/en");
        matcher.SureLength.ShouldBe("text ".Length);
        matcher.Append("ter> </");
        matcher.SureLength.ShouldBe("text </enter> ".Length);
        matcher.StopStart.ShouldBeNull();
        matcher.Append("end> more");
        matcher.StopStart.ShouldBe("text </enter> ".Length);
        matcher.Found.ShouldBe("</end>");
    }

    [Theory]
    [InlineData("c", "bc")]
    [InlineData("bc", "c")]
    public void OfStopSequencesThatEndTogetherTheLongestCounts(params string[] sequences)
    {
        StopSequenceMatcher matcher = new(sequences);
        matcher.Append("abc");
        (matcher.StopStart, matcher.Found).ShouldBe((1, "bc"));
    }

    [Fact]
    public void WithoutStopSequencesAllIsSure()
    {
        StopSequenceMatcher matcher = new([]);
        matcher.IsEmpty.ShouldBeTrue();
        matcher.Append("text");
        (matcher.Length, matcher.SureLength).ShouldBe((4, 4));
    }

    // Whatever the pieces: the text up to where the first completed stop sequence starts.
    [Fact]
    public void FindsTheFirstCompletedStopSequenceAcrossAllBorders()
    {
        Gen<string[]> stops = Gen.Elements('a', 'b').ArrayOf().Where(letters => letters.Length > 0)
            .Select(letters => new string([.. letters.Take(5)])).ArrayOf(3);
        Gen<string[]> pieces = Gen.Elements('a', 'b', 'c').ArrayOf().Select(letters => new string([.. letters.Take(4)])).ArrayOf(8);
        Prop.ForAll(stops.Zip(pieces).ToArbitrary(), input =>
        {
            (string[] sequences, string[] parts) = input;
            StopSequenceMatcher matcher = new(sequences);
            string sofar = "";
            long sure = 0;
            foreach (string part in parts.TakeWhile(_ => matcher.StopStart is null))
            {
                matcher.Append(part);
                sofar += part;
                matcher.SureLength.ShouldBeGreaterThanOrEqualTo(sure);
                sure = matcher.SureLength;

                // No more is held than could still become a stop sequence.
                string held = matcher.StopStart is null ? sofar[(int)sure..] : "";
                sequences.Any(sequence => sequence.StartsWith(held, StringComparison.Ordinal)).ShouldBeTrue();
            }

            string text = string.Concat(parts);
            int end = Enumerable.Range(0, text.Length + 1).Cast<int?>()
                .FirstOrDefault(end => sequences.Any(sequence => text[..end!.Value].EndsWith(sequence, StringComparison.Ordinal))) ?? -1;
            string expected = end < 0
                ? text
                : text[..(end - sequences.Where(sequence => text[..end].EndsWith(sequence, StringComparison.Ordinal))
                    .Max(sequence => sequence.Length))];
            matcher.StopStart.ShouldBe(end < 0 ? null : expected.Length);
            matcher.SureLength.ShouldBeLessThanOrEqualTo(expected.Length);
            matcher.Found?.Length.ShouldBe(end - expected.Length);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }
}
