using System;
using System.IO;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary>The commands that need no weights: tokenize and render, of files that have none.</summary>
public sealed class TextCommandTests : IDisposable
{
    private const int Control = 3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TokenizePrintsALineALine()
    {
        ToolRun run = Tokenize("\"ab\"\n\"\"\n\"b</s>\\ud83d\"\n");
        run.ExitCode.ShouldBe(0, run.Error);
        string[] lines = run.Output.TrimEnd().Split(Environment.NewLine);
        lines[..2].ShouldBe(["[5]", "[]"]);

        // What the vocabulary has no token for is its unknown token; half of a surrogate pair is U+FFFD.
        lines.Length.ShouldBe(3);
        lines[2].ShouldBe("[4,0,0,0,0,0]");
    }

    [Fact]
    public void SpecialTokensAreAddedAndParsedOnRequest()
    {
        Tokenize("\"a</s>b\"", "--parse-special").Output.Trim().ShouldBe("[3,2,4]");
        Tokenize("\"a</s>b\"", "--parse-special", "--special").Output.Trim().ShouldBe("[1,3,2,4]");
        Tokenize("\"a\"", "--special").Output.Trim().ShouldBe("[1,3]");
    }

    [Fact]
    public void TheRulesOfWordPiecesAreNamed()
    {
        Tokenize("\"ab\"", "--word-pieces", "llamacpp").Output.Trim().ShouldBe("[5]");
        ToolRun run = Tokenize("\"ab\"", "--word-pieces", "1");
        run.ExitCode.ShouldNotBe(0);
        run.Error.ShouldContain("--word-pieces is one of Bert, LlamaCpp, not '1'.");
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("\"a\"\nnull")]
    [InlineData("[1]")]
    [InlineData("\"a")]
    public void InputThatIsNoJsonStringNamesItsLine(string input)
    {
        ToolRun run = Tokenize(input);
        run.ExitCode.ShouldBe(1);
        run.Error.Trim().ShouldBe($"Line {input.Split('\n').Length} of standard input is no JSON string, such as \"Once upon a time\".");
    }

    [Fact]
    public void RenderPrintsTheTextAndNothingElse()
    {
        string file = Write("template.jinja", "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{{ strftime_now('%Y') }}{{ tools is none }}");
        string conversation = Write("case.json", """{"messages": [{"role": "user", "content": "Grüß 🙂"}], "bos_token": "<BOS>"}""");
        ToolRun run = Start("render", file, "--case", conversation, "--now", "2024-07-26T12:00:00");
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldBe("<BOS>user: Grüß 🙂\n2024True");
    }

    [Theory]
    [InlineData("{{ - -x }}", "5")]
    [InlineData("{% for m in messages %}{% break %}{% else %}E{% endfor %}", "E")]
    [InlineData("{{ half }}{{ messages[0].content }}", "\ufffdx")]
    public void RenderWritesWhatJinjaWrites(string template, string text)
    {
        string conversation = Write("case.json", """{"messages": [{"role": "user", "content": "x"}], "x": 5, "half": "\ud800"}""");
        ToolRun run = Start("render", Write("template.jinja", template), "--case", conversation);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldBe(text);
    }

    [Fact]
    public void RenderTakesTheTemplatesOfAModel()
    {
        string conversation = Write("case.json", """{"messages": [{"role": "user", "content": "Hi"}], "add_generation_prompt": true}""");
        Start("render", Vocabulary(), "--case", conversation).Output.ShouldBe("<s>Hi</s>>");
        Start("render", Vocabulary(), "--case", conversation, "--template", "tool_use").Output.ShouldBe("tools");
        ToolRun missing = Start("render", Vocabulary(), "--case", conversation, "--template", "rag");
        missing.ExitCode.ShouldBe(1);
        missing.Error.Trim().ShouldEndWith("has no chat template 'rag'; it has: default, tool_use.");
        Start("render", ToolRun.Stories, "--case", conversation).Error.Trim().ShouldEndWith("has no chat template.");
    }

    [Theory]
    [InlineData("{{ raise_exception('Roles must alternate.') }}", "{}", "Roles must alternate.")]
    [InlineData("a\n {% import 'x' %}", "{}", "template.jinja, line 2, column 5: the tag 'import' is not supported.")]
    [InlineData("{{ x.y }}", "{}", "'x' is undefined")]
    [InlineData("", "[1]", "case.json is not a JSON object.")]
    [InlineData("", "{", "case.json is not JSON: ")]
    [InlineData("", """{"a": 1, "a": 2}""", "case.json is not JSON: ")]
    [InlineData("", """{"a": {"b": 1, "b": 2}}""", "case.json is not JSON: ")]
    [InlineData("{{ 1e999 }}", "{}", "template.jinja, line 1, column 4: the number 1e999 is larger than a double can be.")]
    public void WhatCannotBeRenderedIsOneSentence(string template, string conversation, string sentence)
    {
        ToolRun run = Start("render", Write("template.jinja", template), "--case", Write("case.json", conversation));
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(sentence);
        run.Error.TrimEnd().ShouldNotContain('\n');
    }

    [Fact]
    public void FilesThatAreNotThereAreNamed()
    {
        Start("render", "nowhere.jinja", "--case", Write("case.json", "{}")).Error.Trim().ShouldBe("nowhere.jinja does not exist.");
        ToolRun run = Start("render", Write("template.jinja", ""), "--case", _folder["nowhere.json"]);
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("nowhere.json");
        Start("render", Write("template.jinja", ""), "--case", "x", "--now", "soon").ExitCode.ShouldBe(2);
        Start("tokenize", "nowhere.gguf").Error.ShouldContain("nowhere.gguf");
    }

    private string Vocabulary()
    {
        string path = _folder["vocabulary.gguf"];
        File.WriteAllBytes(path, new GgufWriter()
            .AddString("general.architecture", "llama")
            .AddString("tokenizer.ggml.model", "llama")
            .AddStrings("tokenizer.ggml.tokens", ["<unk>", "<s>", "</s>", "a", "b", "ab"])
            .AddFloats("tokenizer.ggml.scores", [0, 0, 0, -1, -2, -3])
            .AddInt32s("tokenizer.ggml.token_type", [2, Control, Control, 1, 1, 1])
            .AddUInt32("tokenizer.ggml.bos_token_id", 1)
            .AddUInt32("tokenizer.ggml.eos_token_id", 2)
            .AddUInt32("tokenizer.ggml.unknown_token_id", 0)
            .AddBool("tokenizer.ggml.add_space_prefix", false)
            .AddString("tokenizer.chat_template", "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{% if add_generation_prompt %}>{% endif %}")
            .AddString("tokenizer.chat_template.tool_use", "tools")
            .ToArray());
        return path;
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    private ToolRun Tokenize(string input, params string[] options) =>
        ToolRun.StartWith(input, _folder["cache"], ["tokenize", Vocabulary(), .. options]);

    private ToolRun Start(params string[] arguments) => ToolRun.Start(_folder["cache"], arguments);
}
