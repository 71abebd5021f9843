using System;
using System.Linq;
using System.Text.Json;
using ModelGen.Tool.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary>modelgen fork-paths: other tokens of an answer, and what comes of them.</summary>
public sealed class ForkPathsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EachOtherTokenHasItsOutcome()
    {
        ToolRun run = Find("--outcome", @"(\w+)\W*$", "--json");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Activities.ShouldContain("Trying other tokens");
        string text = run.Json.GetProperty("text").GetString()!;
        string outcome = run.Json.GetProperty("outcome").GetString()!;
        text.TrimEnd('.', '!', '?', '"', ',').ShouldEndWith(outcome);
        JsonElement[] tokens = [.. run.Json.GetProperty("tokens").EnumerateArray()];
        tokens.Length.ShouldBe(12);
        string.Concat(tokens.Select(token => token.GetProperty("text").GetString())).ShouldBe(text);
        foreach (JsonElement token in tokens)
        {
            double probability = token.GetProperty("probability").GetDouble();
            double changed = 0;
            double all = probability;
            foreach (JsonElement fork in token.GetProperty("forks").EnumerateArray())
            {
                double other = fork.GetProperty("probability").GetDouble();
                other.ShouldBeInRange(0.1, probability);
                all += other;
                bool isOther = fork.GetProperty("outcomes")[0].GetString() != outcome;
                fork.GetProperty("changedShare").GetDouble().ShouldBe(isOther ? 1 : 0);
                changed += isOther ? other : 0;

                // A way goes on behind the answer's front.
                JsonElement[] before = tokens[..token.GetProperty("place").GetInt32()];
                string front = string.Concat(before.Select(other => other.GetProperty("text").GetString()));
                fork.GetProperty("texts")[0].GetString()!.ShouldStartWith(front + fork.GetProperty("text").GetString());
            }

            token.GetProperty("weight").GetDouble().ShouldBe(changed / all, 1e-9);
        }

        tokens.ShouldContain(token => token.GetProperty("weight").GetDouble() > 0);
    }

    [Fact]
    public void TheTableHasARowForEachOfThem()
    {
        int forks = Find("--json").Json.GetProperty("tokens").EnumerateArray().Sum(token => token.GetProperty("forks").GetArrayLength());
        string[] lines = Find().Output.TrimEnd().Split('\n');
        lines[0].ShouldStartWith("answer   \"");
        lines[1].ShouldStartWith("outcome  \"");
        lines.Length.ShouldBe(2 + 1 + 1 + forks);
        forks.ShouldBeGreaterThan(3);
    }

    [Fact]
    public void SamplesAreCounted()
    {
        ToolRun run = Find("--temperature", "1", "--seed", "4", "--samples", "5");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain(" × \"");
        run.Output.ShouldBe(Find("--temperature", "1", "--seed", "4", "--samples", "5").Output);
    }

    [Theory]
    [InlineData("--outcome", "(")]
    [InlineData("--outcome", @"(a)\1")]
    [InlineData("--min-probability", "0")]
    [InlineData("--samples", "0")]
    public void OptionsThatCannotBeAreNamed(string option, string value)
    {
        ToolRun run = Find(option, value);
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(option);
        run.Error.TrimEnd().ShouldNotContain('\n');
    }

    private ToolRun Find(params string[] options) => ToolRun.Start(
        _folder["cache"],
        ["fork-paths", ToolRun.Stories, "-p", "The little dog was very", "--tokens", "12", "--min-probability", "0.1", .. options]);
}
