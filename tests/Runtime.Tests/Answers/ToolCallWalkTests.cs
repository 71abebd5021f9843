using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Answers;
using ModelGen.Grammars.Compilation;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Tokenization;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Answers;

/// <summary>
/// Whatever the masks of a form let a model choose is read as calls, of tools that there are and with arguments that fulfil their schema, where the
/// vocabulary has the form's markers as control tokens and where it has none of them.
/// </summary>
public sealed class ToolCallWalkTests
{
    private static readonly string[] Markers =
    [
        "<tool_call>", "</tool_call>", "<|python_tag|>", "[TOOL_CALLS]", "[ARGS]", "<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>", "<｜tool▁sep｜>",
        "<｜tool▁call▁end｜>", "<｜tool▁calls▁end｜>", "<|channel|>", "<|constrain|>", "<|message|>", "<|start|>", "<|end|>", "<|tool_call|>",
        "<|/tool_call|>", "<|START_ACTION|>", "<|END_ACTION|>", "<|tool_calls_section_begin|>", "<|tool_call_begin|>",
        "<|tool_call_argument_begin|>", "<|tool_call_end|>", "<|tool_calls_section_end|>", "<|tool_call_start|>", "<|tool_call_end|>",
    ];

    private static readonly VocabularyContent Plain = TestVocabulary.Content(TestVocabulary.Words);

    private static readonly VocabularyContent WithMarkers = TestVocabulary.Content(
        TestVocabulary.Words.Select((text, index) => (text, -(float)index, TestVocabulary.Normal))
            .Concat(Markers.Distinct().Select(marker => (marker, 0f, TestVocabulary.Control))));

    private static readonly ToolSignature[] Tools =
    [
        Tool("weather", """{"type": "object", "properties": {"city": {"enum": ["Oslo", "Rome"]}, "now": {"type": "boolean"}}, "required": ["city"]}"""),
        Tool("count", """{"properties": {"to": {"type": "integer", "minimum": 1, "maximum": 99}, "deep": {"$ref": "#/$defs/d"}}, "$defs": {"d": {"type": "array", "items": {"const": "x"}, "maxItems": 2}}}"""),
        Tool("nothing", null),
    ];

    public static TheoryData<ToolCallForm> Forms => [.. Enum.GetValues<ToolCallForm>().Where(form => form != ToolCallForm.None)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void WhatMasksAllowIsReadAsCalls(ToolCallForm form)
    {
        foreach (VocabularyContent content in (VocabularyContent[])[Plain, WithMarkers])
        {
            Tokenizer tokenizer = TestVocabulary.Open(content);
            AnswerSyntax syntax = AnswerSyntax.Of(form, form == ToolCallForm.Harmony ? ReasoningForm.Harmony : ReasoningForm.None);
            Grammar grammar = GrammarOf(syntax, tokenizer, several: syntax.Calls!.AllowsSeveral);
            HashSet<string> seen = [];
            for (int seed = 0; seed < 40; seed++)
            {
                List<int> ids = Walk(grammar, tokenizer, new Random(seed), out bool isWhole);
                isWhole.ShouldBeTrue();
                ChatAnswerReader reader = new(syntax.CreateParser(readsCalls: true, PromptEnding.Free), tokenizer);
                TextDecoder texts = new(tokenizer);
                ids.ForEach(id => reader.Append(new GeneratedToken(id, texts.Append(id), null, null, isPrompt: false)));
                reader.Complete();
                string answer = tokenizer.Decode(ids, includeSpecialTokens: true);
                int calls = 0;
                while (reader.TryTake(out ChatAnswerPart part))
                {
                    Check(part.ToolCall.ShouldNotBeNull($"'{part.Text}' of {answer}"), answer);
                    seen.Add(part.ToolCall.Name);
                    calls++;
                }

                calls.ShouldBeGreaterThanOrEqualTo(1, answer);
            }

            seen.Order(StringComparer.Ordinal).ShouldBe(["count", "nothing", "weather"]);
        }
    }

    /// <summary>A marker that is a token is that token and not its characters.</summary>
    [Fact]
    public void MarkersAreTokensWhereTheVocabularyHasThem()
    {
        Tokenizer tokenizer = TestVocabulary.Open(WithMarkers);
        GrammarCursor cursor = GrammarOf(AnswerSyntax.Of(ToolCallForm.Mistral, ReasoningForm.None), tokenizer, several: true).CreateCursor(tokenizer);
        Choices(cursor).ShouldBe([WithMarkers.IdOf("[TOOL_CALLS]")]);
    }

    private static void Check(ChatToolCall call, string answer)
    {
        JsonObject arguments = call.Arguments;
        switch (call.Name)
        {
            case "weather":
                arguments["city"]!.GetValue<string>().ShouldBeOneOf("Oslo", "Rome");
                arguments.Select(argument => argument.Key).Except(["city", "now"]).ShouldBeEmpty(answer);
                (arguments["now"]?.GetValueKind() ?? JsonValueKind.True).ShouldBeOneOf(JsonValueKind.True, JsonValueKind.False);
                break;
            case "count":
                arguments.Select(argument => argument.Key).Except(["to", "deep"]).ShouldBeEmpty(answer);
                (arguments["to"]?.GetValue<double>() ?? 1).ShouldBeInRange(1, 99);
                (arguments["deep"]?.AsArray() ?? []).ShouldAllBe(item => item!.GetValue<string>() == "x");
                break;
            default:
                call.Name.ShouldBe("nothing", answer);
                arguments.ShouldBeEmpty(answer);
                break;
        }
    }

    private static Grammar GrammarOf(AnswerSyntax syntax, Tokenizer tokenizer, bool several)
    {
        CallGrammar grammar = new(tokenizer, Tools, several);
        return new Grammar(GrammarCompiler.Compile(grammar.Rules.Build(grammar.Rules.Add(
            "the answer", syntax.Answer(grammar, ToolChoice.Required, schema: null, allowsReasoning: false, PromptEnding.Free)))));
    }

    // Each token that may come next is as likely as any other; where the answer may end it does, one time in two.
    private static List<int> Walk(Grammar grammar, Tokenizer tokenizer, Random random, out bool isWhole)
    {
        GrammarCursor cursor = grammar.CreateCursor(tokenizer);
        List<int> ids = [];
        while (!cursor.MustEnd && !(cursor.MayEnd && random.Next(2) == 0) && ids.Count < 5000)
        {
            int[] choices = [.. Choices(cursor).Where(id => !tokenizer.IsEndOfGeneration(id))];
            ids.Add(choices[random.Next(choices.Length)]);
            cursor.TryAppend(ids[^1]).ShouldBeTrue();
        }

        isWhole = cursor.MayEnd;
        return ids;
    }

    private static List<int> Choices(GrammarCursor cursor)
    {
        List<int> choices = [];
        ReadOnlySpan<ulong> mask = cursor.Mask;
        for (int word = 0; word < mask.Length; word++)
        {
            for (ulong bits = mask[word]; bits != 0; bits &= bits - 1)
            {
                choices.Add((word * 64) + BitOperations.TrailingZeroCount(bits));
            }
        }

        return choices;
    }

    private static ToolSignature Tool(string name, string? parameters) => ToolSignature.Of(ChatTool.FromJson(new JsonObject
    {
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = name, ["parameters"] = parameters is null ? null : JsonNode.Parse(parameters) },
    }));
}
