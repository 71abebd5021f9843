using System;
using System.Collections.Generic;
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
    public void HoldsBackWhatCouldBecomeAStopSequence()
    {
        StopSequenceMatcher matcher = new(["</end>"]);
        matcher.Append("text <").ShouldBe("text ");
        matcher.Append("/en").ShouldBe("");
        matcher.Append("ter> </").ShouldBe("</enter> ");
        matcher.Append("end> more").ShouldBe("");
        matcher.StopStart.ShouldBe("text </enter> ".Length);
    }

    [Fact]
    public void WhatIsHeldAtTheEndIsText()
    {
        StopSequenceMatcher matcher = new(["stop"]);
        matcher.Append("a sto").ShouldBe("a ");
        matcher.Flush().ShouldBe("sto");
        matcher.StopStart.ShouldBeNull();
    }

    [Fact]
    public void OfStopSequencesThatEndTogetherTheLongestCounts()
    {
        StopSequenceMatcher matcher = new(["c", "bc"]);
        matcher.Append("abc").ShouldBe("a");
    }

    [Fact]
    public void WithoutStopSequencesNothingIsHeld() => new StopSequenceMatcher([]).Append("text").ShouldBe("text");

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
            List<string> given = [];
            string sofar = "";
            foreach (string part in parts.TakeWhile(_ => matcher.StopStart is null))
            {
                given.Add(matcher.Append(part));
                sofar += part;

                // No more is held than could still become a stop sequence.
                string held = matcher.StopStart is null ? sofar[given.Sum(piece => piece.Length)..] : "";
                sequences.Any(sequence => sequence.StartsWith(held, StringComparison.Ordinal)).ShouldBeTrue();
            }

            if (matcher.StopStart is null)
            {
                given.Add(matcher.Flush());
            }

            string text = string.Concat(parts);
            int end = Enumerable.Range(0, text.Length + 1).Cast<int?>()
                .FirstOrDefault(end => sequences.Any(sequence => text[..end!.Value].EndsWith(sequence, StringComparison.Ordinal))) ?? -1;
            string expected = end < 0
                ? text
                : text[..(end - sequences.Where(sequence => text[..end].EndsWith(sequence, StringComparison.Ordinal))
                    .Max(sequence => sequence.Length))];
            string.Concat(given).ShouldBe(expected);
            matcher.StopStart.ShouldBe(end < 0 ? null : expected.Length);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }
}
