using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using ModelGen.Answers;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Grammars.Compilation;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>Calls that a template writes into a conversation are read back as they were, and are what the grammar of its form allows.</summary>
public sealed class ToolCallTests
{
    // What models write for arguments: all kinds of values, and texts that look like the forms' own markers.
    private static readonly string[] Arguments =
    [
        """{"city": "Oslo"}""",
        "{}",
        """{"text": "He said \"no\", \\ and\nleft.\tTwice, it's true", "n": -12.5e3, "yes": true, "no": false, "nothing": null}""",
        """{"text": "Grüß Gott, 世界 🙂", "list": [1, "two", [3], {"four": 5}], "deep": {"a": {"b": [{"c": "}"}]}}}""",
        """{"text": "</tool_call> <tool_call> [TOOL_CALLS]x[ARGS]{} <|end|> }] ```", "empty": "", "list": [], "object": {}}""",
    ];

    private static readonly TinyModel Model = new() { Name = "tool-call-grammar", Seed = 41 };

    // Any arguments for the one, a city for the other.
    private static readonly ToolSignature[] Tools =
    [
        ToolSignature.Of(new ChatTool("write_down", "", new JsonObject { ["type"] = "object", ["additionalProperties"] = true })),
        ToolSignature.Of(new ChatTool("get_weather", "", (JsonObject)JsonNode.Parse(
            """{"type": "object", "properties": {"city": {"type": "string"}, "now": {"type": "boolean"}}, "required": ["city"]}""")!)),
    ];

    public static TheoryData<string> Names => [.. ToolCallTemplate.All.Select(template => template.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void CallsAreReadBackAsTheyWere(string name)
    {
        ToolCallTemplate template = Find(name);
        template.Template.ToolCalls.ShouldBe(template.Form);
        for (int first = 0; first < Arguments.Length; first++)
        {
            List<ChatToolCall> calls = [Call(first)];
            Check(template, template.Answer(null, calls), null, calls);
            if (template.Syntax.Calls!.AllowsSeveral)
            {
                calls.Add(Call((first + 1) % Arguments.Length));
                calls.Add(Call((first + 2) % Arguments.Length));
                Check(template, template.Answer(null, calls), null, calls);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TextBesideCallsStaysText(string name)
    {
        ToolCallTemplate template = Find(name);
        const string Text = "Let me <b>look</b> it up: 1 < 2, [a] {b}.";
        Check(template, template.Answer(Text, []), Text, []);
        if (template.WritesText)
        {
            List<ChatToolCall> calls = [Call(0), Call(3)];
            Check(template, template.Answer(Text, calls), Text, calls);
        }
    }

    [Theory]
    [InlineData("hermes-thinking")]
    [InlineData("mistral-arguments")]
    [InlineData("harmony")]
    [InlineData("command")]
    [InlineData("Qwen-Qwen3-0.6B")]
    public void ReasoningIsToldApart(string name)
    {
        ToolCallTemplate template = Find(name);
        const string Reasoning = "The user asks for the weather.\nI should call < a tool >.";
        List<ChatToolCall> calls = [Call(0)];
        Check(template, template.Answer("", calls, Reasoning), null, calls, Reasoning);
    }

    /// <summary>A call that was cut off, or is none, is text, and nothing of it is lost.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void WhatIsNoCallIsText(string name)
    {
        ToolCallTemplate template = Find(name);
        string whole = template.Answer(null, [Call(2)]).Trim();
        string cut = whole[..(whole.Length * 2 / 3)];
        AnswerParser parser = template.Syntax.CreateParser(readsCalls: true, PromptEnding.Free);
        parser.Append(cut);
        parser.Complete();
        (string text, _, List<ChatToolCall> calls) = Parts(parser);
        calls.ShouldBeEmpty();

        // Templates may write an empty reasoning in front, and headers of messages are no text.
        cut.ShouldEndWith(text);
        text.Length.ShouldBeGreaterThan(cut.Length / 4);
    }

    [Fact]
    public void GrammarsAllowWhatTemplatesWriteAndNothingElse()
    {
        using CompiledDecoder model = ModelCompiler.Compile(Model).Load();
        List<ChatToolCall> weather = [new ChatToolCall("get_weather", new JsonObject { ["city"] = "Oslo", ["now"] = true })];
        foreach (ToolCallTemplate template in ToolCallTemplate.All.Where(template => template.Form != ToolCallForm.Mistral))
        {
            Grammar required = GrammarOf(model, template, ToolChoice.Required, several: true);
            Grammar auto = GrammarOf(model, template, ToolChoice.Auto, several: false);
            Grammar one = GrammarOf(model, template, ToolChoice.Required, several: false);
            string call = Trim(template, template.Answer(null, weather));
            required.IsMatch(call).ShouldBeTrue($"{template.Name}: {call}");
            auto.IsMatch(call).ShouldBeTrue($"{template.Name}: {call}");
            required.IsMatch(call.Replace("get_weather", "get_rain", StringComparison.Ordinal)).ShouldBeFalse(template.Name);
            required.IsMatch(call.Replace("city", "town", StringComparison.Ordinal)).ShouldBeFalse(template.Name);
            required.IsMatch(call[..^1]).ShouldBeFalse(template.Name);
            required.IsMatch("Text.").ShouldBeFalse(template.Name);
            string text = Trim(template, template.Answer("Text, 世界.", []));
            auto.IsMatch(text).ShouldBeTrue($"{template.Name}: {text}");
            if (template.Syntax.Calls!.AllowsSeveral)
            {
                // Python's calls have the parameters that the schema names.
                ChatToolCall other = template.Form is ToolCallForm.Pythonic or ToolCallForm.Lfm ? weather[0] : Call(3);
                string several = Trim(template, template.Answer(null, [.. weather, other, .. weather]));
                required.IsMatch(several).ShouldBeTrue($"{template.Name}: {several}");
                one.IsMatch(several).ShouldBeFalse(template.Name);
            }
        }
    }

    private static Grammar GrammarOf(CompiledDecoder model, ToolCallTemplate template, ToolChoice choice, bool several)
    {
        CallGrammar grammar = new(model.Tokenizer, Tools, several && template.Syntax.Calls!.AllowsSeveral);
        return new Grammar(GrammarCompiler.Compile(grammar.Rules.Build(grammar.Rules.Add(
            "the answer", template.Syntax.Answer(grammar, choice, schema: null, allowsReasoning: true, PromptEnding.Free)))));
    }

    // Without the new line that some templates have in front of calls, which belongs to text, and without an empty reasoning.
    private static string Trim(ToolCallTemplate template, string answer) => template.Template.Reasoning == ReasoningForm.Think && answer.Contains("</think>", StringComparison.Ordinal)
        ? answer[(answer.IndexOf("</think>", StringComparison.Ordinal) + "</think>".Length)..].Trim()
        : template.Form == ToolCallForm.Harmony ? answer : answer.Trim();

    private static ToolCallTemplate Find(string name)
    {
        if (!ToolCallTemplate.Own.ContainsKey(name))
        {
            PublishedTemplates.Require();
        }

        return ToolCallTemplate.All.Single(template => template.Name == name);
    }

    private static ChatToolCall Call(int index) =>
        new(index == 0 ? "get_weather" : "write_down", (JsonObject)JsonNode.Parse(Arguments[index])!, $"abcdefgh{index}");

    // The answer as a whole, and in pieces of any length.
    private static void Check(ToolCallTemplate template, string answer, string? text, List<ChatToolCall> calls, string reasoning = "")
    {
        Random random = new(7);
        foreach (int longest in (int[])[int.MaxValue, 1, 7])
        {
            AnswerParser parser = template.Syntax.CreateParser(readsCalls: true, PromptEnding.Free);
            for (int start = 0, length; start < answer.Length; start += length)
            {
                length = Math.Min(longest == int.MaxValue ? answer.Length : random.Next(1, longest + 1), answer.Length - start);
                parser.Append(answer.Substring(start, length));
            }

            parser.Complete();
            (string readText, string readReasoning, List<ChatToolCall> read) = Parts(parser);
            readText.Trim().ShouldBe(text ?? "", answer);
            readReasoning.ShouldBe(reasoning, answer);
            read.Count.ShouldBe(calls.Count, answer);
            foreach ((ChatToolCall expected, ChatToolCall actual) in calls.Zip(read))
            {
                actual.Name.ShouldBe(expected.Name);
                JsonNode.DeepEquals(actual.Arguments, expected.Arguments).ShouldBeTrue($"{actual.Arguments.ToJsonString()} of {answer}");
                if (template.Form == ToolCallForm.Mistral)
                {
                    actual.Id.ShouldBe(expected.Id);
                }
            }
        }
    }

    private static (string Text, string Reasoning, List<ChatToolCall> Calls) Parts(AnswerParser parser)
    {
        StringBuilder text = new();
        StringBuilder reasoning = new();
        List<ChatToolCall> calls = [];
        while (parser.TryTake(out ChatAnswerPart part))
        {
            switch (part.Kind)
            {
                case ChatAnswerPartKind.ToolCall:
                    calls.Add(part.ToolCall!);
                    break;
                default:
                    part.Text.ShouldNotBeEmpty();
                    (part.Kind == ChatAnswerPartKind.Text ? text : reasoning).Append(part.Text);
                    break;
            }
        }

        return (text.ToString(), reasoning.ToString(), calls);
    }
}
