using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using ModelGen.Analysis;
using ModelGen.Tool.Explaining;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen fork-paths</c>: at which tokens of an answer another likely one would have changed the outcome.</summary>
internal static class ForkPathsCommand
{
    private static readonly ForkingPathsOptions Defaults = new();

    private static readonly Option<double> MinProbability = new Option<double>("--min-probability")
    {
        Description = "How likely another token is that is tried",
        DefaultValueFactory = _ => Defaults.MinProbability,
    }.Between(0.001, 1);

    private static readonly Option<int> Samples = new Option<int>("--samples")
    {
        Description = "How often the text is finished behind each of them; once where the temperature is 0",
        DefaultValueFactory = _ => Defaults.Samples,
    }.Between(1, 1000);

    private static readonly Option<string> Outcome = new("--outcome")
    {
        Description = "Regular expression: its last match in an answer, or that match's first group, is the outcome (default: the last word)",
        DefaultValueFactory = _ => @"\w+",
    };

    public static Command Create(ToolHost host)
    {
        Outcome.Validators.Add(result =>
        {
            if (TryRead(result.GetValueOrDefault<string>() ?? "") is null)
            {
                result.AddError("--outcome is a regular expression without references back and without looking around.");
            }
        });
        Command command = new("fork-paths", "Answers a prompt, and shows at which tokens another likely one would have changed the outcome.");
        CommonOptions.AddLoading(command);
        PromptOption.AddTo(command);
        foreach (Option option in new Option[] { MinProbability, Samples, Outcome, CommonOptions.Json })
        {
            command.Options.Add(option);
        }

        command.SetAction(result => Find(result, host));
        return command;
    }

    private static void Find(ParseResult result, ToolHost host)
    {
        using CompiledDecoder model = CommonOptions.LoadModel(result, host);
        using Session session = model.CreateSession();
        IReadOnlyList<int> prompt = PromptOption.Encode(result, model);
        Regex outcome = TryRead(result.GetRequiredValue(Outcome))!;
        ForkingPathsOptions options = new()
        {
            Generation = PromptOption.Generation(result),
            MinProbability = result.GetValue(MinProbability),
            Samples = result.GetValue(Samples),
        };
        ForkingPaths paths = host.Activity.Run(
            "Trying other tokens",
            _ => ForkingPaths.Find(session, prompt, text => LastMatch(outcome, text), options, host.Cancellation));
        PathsReport report = Report(paths, new TokenNames(model.Tokenizer));
        if (result.GetValue(CommonOptions.Json))
        {
            Json.Write(host.Output, report);
        }
        else
        {
            Print(report, host.Output);
        }
    }

    // Without references back a match takes no longer than the text is long, whatever the expression.
    private static Regex? TryRead(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static string LastMatch(Regex pattern, string text) => pattern.Matches(text) is [.., Match last]
        ? last.Groups.Count > 1 ? last.Groups[1].Value : last.Value
        : "";

    private static PathsReport Report(ForkingPaths paths, TokenNames names) => new(
        paths.Text,
        paths.Outcome,
        [
            .. paths.Tokens.Select((token, index) => new TokenReport(
                index,
                token.Token.Id,
                names.Of(token.Token),
                Math.Exp(token.Token.LogProbability!.Value),
                token.Weight,
                [
                    .. token.Forks.Select(fork => new ForkReport(
                        fork.Alternative.Id,
                        names.Of(fork.Alternative),
                        Math.Exp(fork.Alternative.LogProbability),
                        fork.ChangedShare,
                        fork.Outcomes,
                        fork.Texts)),
                ])),
        ]);

    private static void Print(PathsReport report, TextWriter output)
    {
        output.WriteLine("answer   " + Quote(report.Text));
        output.WriteLine("outcome  " + Quote(report.Outcome));
        output.WriteLine();
        TextTable.Write(
            output,
            ["place>", "token", "probability>", "weight>", "other", "probability>", "changed>", "outcomes"],
            report.Tokens.SelectMany(token => token.Forks.Select(fork => new[]
            {
                token.Place.ToString(CultureInfo.InvariantCulture),
                Quote(token.Text),
                Share(token.Probability),
                Share(token.Weight),
                Quote(fork.Text),
                Share(fork.Probability),
                Share(fork.ChangedShare),
                string.Join(", ", Counts(fork.Outcomes)),
            })));
    }

    // The most frequent ones first, with their number where there are several samples.
    private static IEnumerable<string> Counts(IReadOnlyList<string> outcomes) => outcomes
        .CountBy(outcome => outcome)
        .OrderByDescending(count => count.Value)
        .Select(count => outcomes.Count == 1 ? Quote(count.Key) : $"{count.Value} × {Quote(count.Key)}");

    private static string Share(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Quote(string text) => Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(text, quote: true);

    /// <param name="Text">The answer.</param>
    /// <param name="Outcome">What it comes to.</param>
    /// <param name="Tokens">Its tokens.</param>
    private sealed record PathsReport(string Text, string Outcome, IReadOnlyList<TokenReport> Tokens);

    /// <param name="Place">Index among the answer's tokens.</param>
    /// <param name="Id">Its id.</param>
    /// <param name="Text">Its text.</param>
    /// <param name="Probability">How likely it was.</param>
    /// <param name="Weight">How much hangs on it.</param>
    /// <param name="Forks">Other tokens in its place.</param>
    private sealed record TokenReport(int Place, int Id, string Text, double Probability, double Weight, IReadOnlyList<ForkReport> Forks);

    /// <param name="Id">The other token.</param>
    /// <param name="Text">Its text.</param>
    /// <param name="Probability">How likely it was.</param>
    /// <param name="ChangedShare">Share of other outcomes.</param>
    /// <param name="Outcomes">What the texts come to.</param>
    /// <param name="Texts">The answers with it.</param>
    private sealed record ForkReport(
        int Id, string Text, double Probability, double ChangedShare, IReadOnlyList<string> Outcomes, IReadOnlyList<string> Texts);
}
