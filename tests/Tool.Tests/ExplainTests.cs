using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ModelGen.Tool.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary>modelgen explain: a page with the answer's tokens, each with how likely it was.</summary>
public sealed class ExplainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ThePageHasTheAnswerTokenByToken()
    {
        ToolRun run = Explain("-p", "Once upon a time", "--tokens", "12");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldStartWith("page.html: 12 tokens, ");
        XElement[] tokens = Tokens();
        tokens.Length.ShouldBe(12);
        string text = ToolRun.Start(
            _folder["cache"], "run", ToolRun.Stories, "-p", "Once upon a time", "--tokens", "12", "--temperature", "0").Output;
        ("Once upon a time" + string.Concat(tokens.Select(Text))).ShouldBe(text.TrimEnd());
        Prompts().Single().ShouldBe("Once upon a time");
        foreach (XElement token in tokens)
        {
            // Greedily the most likely token is the first of the eight, and the only one that is set apart.
            XElement[] others = [.. token.Descendants("s")];
            others.Length.ShouldBe(8);
            others[0].Value.ShouldBe(Text(token));
            others.Count(other => (string?)other.Attribute("class") == "own").ShouldBe(1);
            ((string)token.Attribute("class")!).ShouldBe("token");
            ((string)token.Attribute("style")!).ShouldMatch(@"^--likely:(0\.\d+|1)$");
        }
    }

    [Fact]
    public void ThePromptsTokensAreExplainedOnRequest()
    {
        Explain("-p", "Once upon a time", "--tokens", "3", "--echo", "--alternatives", "0").ExitCode.ShouldBe(0);
        XElement[] tokens = Tokens();
        int prompt = tokens.Count(token => ((string)token.Attribute("class")!).Contains("of-prompt"));
        prompt.ShouldBe(tokens.Length - 3);

        // The first is BOS, which has a name and no probability.
        Text(tokens[0]).ShouldBe("<s>");
        tokens[0].Attribute("style").ShouldBeNull();
        string.Concat(tokens[1..prompt].Select(Text)).ShouldBe("Once upon a time");
        Body().Descendants("s").ShouldBeEmpty();
    }

    [Fact]
    public void TextIsNeverMarkup()
    {
        const string Prompt = "<script>alert(\"1\")</script> & 'x'\n\u0007";
        Explain("-p", Prompt, "--tokens", "1").ExitCode.ShouldBe(0);
        string page = File.ReadAllText(_folder["page.html"]);
        page.ShouldNotContain("<script", Case.Insensitive);
        Prompts().Single().ShouldBe(Prompt.Replace("\n", "↵\n").Replace("\u0007", "␇"));

        // Nothing is fetched from anywhere.
        Regex.Matches(page, "https?:|src=|url\\(").ShouldBeEmpty();
        Explain("-p", Prompt, "--tokens", "1", "--echo").ExitCode.ShouldBe(0);
        File.ReadAllText(_folder["page.html"]).ShouldNotContain("<script", Case.Insensitive);
        string.Concat(Tokens().Select(Text)).ShouldContain("<script>alert(\"1\")</script> & 'x'");
    }

    [Fact]
    public void AFileThatCannotBeWrittenIsOneSentence()
    {
        ToolRun run = ToolRun.Start(_folder["cache"], "explain", ToolRun.Stories, "-p", "a", "--tokens", "1", "--html", _folder.Path);
        run.ExitCode.ShouldBe(1);
        run.Error.TrimEnd().ShouldNotContain('\n');
        ToolRun.Start(_folder["cache"], "explain", ToolRun.Stories, "-p", "a").ExitCode.ShouldBe(2);
    }

    private static string Text(XElement token) => ((XText)token.FirstNode!).Value;

    // The page is well-formed XML but for its first lines, and the one element without an end.
    private XElement Body()
    {
        string page = File.ReadAllText(_folder["page.html"]);
        return XElement.Parse(
            page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)],
            System.Xml.Linq.LoadOptions.PreserveWhitespace);
    }

    private string[] Prompts() =>
        [.. Body().Descendants("span").Where(span => (string?)span.Attribute("class") == "prompt").Select(span => span.Value)];

    private XElement[] Tokens() => [.. Body().Descendants("span")
        .Where(span => ((string?)span.Attribute("class"))?.StartsWith("token", StringComparison.Ordinal) == true)];

    private ToolRun Explain(params string[] arguments) =>
        ToolRun.Start(_folder["cache"], ["explain", ToolRun.Stories, "--html", _folder["page.html"], .. arguments]);
}
