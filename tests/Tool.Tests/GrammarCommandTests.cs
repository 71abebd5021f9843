using System;
using System.IO;
using ModelGen.Tool.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

public sealed class GrammarCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CheckSaysOfEachLineWhetherItWouldBeAnAnswer()
    {
        ToolRun run = Start("\"yes\"\n\"no\\n\"\n\"\"\n", "--gbnf", Write("answer.gbnf", "root ::= \"yes\" | \"no\\n\""), "--check");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.TrimEnd().Split(Environment.NewLine).ShouldBe(["true", "true", "false"]);
        run = Start(
            "\"{\\\"a\\\": 1}\"\n\"{\\\"a\\\": 1.5}\"\n",
            "--schema",
            Write("schema.json", """{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}"""),
            "--check");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.TrimEnd().Split(Environment.NewLine).ShouldBe(["true", "false"]);
    }

    [Fact]
    public void MasksAreMeasuredInAVocabulary()
    {
        ToolRun run = Start("", "--gbnf", Write("word.gbnf", "root ::= [a-z]{1,9} \".\""), "--masks", ToolRun.Stories, "--walks", "2");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldMatch(@"^compiled in [0-9.]+ ms; [0-9]+ masks, microseconds: average [0-9.]+, p50 [0-9.]+, p99 [0-9.]+, highest [0-9.]+\s$");
    }

    [Fact]
    public void RunWritesATextOfTheGrammar()
    {
        ToolRun run = ToolRun.Start(
            _folder["cache"], "run", ToolRun.Stories, "-p", "Once", "--gbnf", Write("word.gbnf", "root ::= \" upon\" [ a-z]{1,9} \".\""));
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldMatch(@"^Once upon[ a-z]{1,9}\.\s$");
    }

    [Theory]
    [InlineData("root ::= other", "Line 1, column 10: There is no rule 'other'")]
    [InlineData("root ::= root", "root")]
    public void AGrammarThatCannotBeCompiledIsOneSentence(string gbnf, string sentence)
    {
        ToolRun run = Start("", "--gbnf", Write("wrong.gbnf", gbnf), "--check");
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(sentence);
        run.Error.TrimEnd().ShouldNotContain('\n');
    }

    [Theory]
    [InlineData("{", "The schema is not JSON: ")]
    [InlineData("""{"type": "array", "uniqueItems": true}""", "uniqueItems")]
    public void ASchemaThatCannotBeCompiledIsOneSentence(string schema, string sentence)
    {
        ToolRun run = Start("", "--schema", Write("wrong.json", schema), "--check");
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(sentence);
        run.Error.TrimEnd().ShouldNotContain('\n');
    }

    [Fact]
    public void TheCommandLineSaysWhatItNeeds()
    {
        string file = Write("a.gbnf", "root ::= \"a\"");
        Start("").ShouldSatisfyAllConditions(run => run.ExitCode.ShouldBe(2), run => run.Error.ShouldContain("Name a grammar"));
        Start("", "--gbnf", file, "--schema", file).Error.ShouldContain("are two grammars");
        Start("", "--gbnf", file, "--check", "--masks", file).Error.ShouldContain("give one of them");
        Start("", "--gbnf", file, "--check=maybe").ExitCode.ShouldBe(2);
        ToolRun missing = Start("", "--gbnf", _folder["nowhere.gbnf"], "--check");
        missing.ExitCode.ShouldBe(1);
        missing.Error.ShouldContain("nowhere.gbnf");
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    private ToolRun Start(string input, params string[] arguments) =>
        ToolRun.StartWith(input, _folder["cache"], ["grammar", .. arguments]);
}
