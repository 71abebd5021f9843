using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;
using System.Threading;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Fuzz.Tests.NamedCases;

/// <summary>
/// Vocabularies of long tokens that can come about in very many ways. What is found out of them when they are packed serves speed alone: it
/// must take neither more time than it saves nor more stack than a thread has.
/// </summary>
public sealed class VocabularyWorkCases
{
    private const int Megabyte = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Each token is the one before and a letter, so that every part of one can be merged.</summary>
    [Theory]
    [InlineData(1000)]
    [InlineData(4000)]
    public void TokensThatAreAllPartsOfEachOtherArePacked(int longest) => Pack([.. Runs("", longest)]).ShouldBeLessThan(Patience);

    /// <summary>A space behind something else makes the packer ask whether merges can lead there: part by part, each within the other.</summary>
    [Theory]
    [InlineData(1000)]
    [InlineData(6000)]
    public void TokensThatAreSpacesBehindRunsArePacked(int longest) => Pack(["a", "▁", .. Runs("▁", longest)]).ShouldBeLessThan(Patience);

    /// <summary>As before, where no way leads there and all of them are tried.</summary>
    [Theory]
    [InlineData(300)]
    public void TokensThatNoMergesLeadToArePacked(int longest) => Pack([.. Runs("", longest), .. Runs("▁b", longest)]).ShouldBeLessThan(Patience);

    private static IEnumerable<string> Runs(string ending, int longest) => Enumerable.Range(1, longest).Select(length => new string('a', length) + ending);

    private static TimeSpan Pack(string[] tokens)
    {
        VocabularyContent content = new()
        {
            Model = "llama", Tokens = [.. tokens.Select(Encoding.UTF8.GetBytes)], Scores = [.. tokens.Select((_, id) => -(float)id)],
        };
        TimeSpan elapsed = TimeSpan.MaxValue;
        Thread thread = new(
            () =>
            {
                long start = Stopwatch.GetTimestamp();
                VocabularyWriter.Write(content);
                elapsed = Stopwatch.GetElapsedTime(start);
            },
            Megabyte);
        thread.Start();
        thread.Join();
        return elapsed;
    }
}
