using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ModelGen.Grammars;
using ModelGen.Grammars.Compilation;
using ModelGen.Runtime.Tests.Grammars.Matching;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars.Masks;

/// <summary>Grammars that name tokens of a vocabulary.</summary>
public sealed class NamedTokensTests
{
    private static readonly VocabularyContent Content = TestVocabulary.Content(
        new[] { "a", "b", "c", "ab", "bc", "cab" }.Select(text => (text, 0f, TestVocabulary.Normal)).Concat(
        [
            ("<think>", 0f, TestVocabulary.Control),
            ("</think>", 0f, TestVocabulary.Control),
            ("<|im_end|>", 0f, TestVocabulary.Control),
            ("<b>", 0f, TestVocabulary.UserDefined),
        ]),
        byteTokens: false);

    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Content);

    private static readonly int Think = Content.IdOf("<think>");
    private static readonly int ThinkEnd = Content.IdOf("</think>");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void WhatMayFollowIsWhatTheDefinitionSays(int seed)
    {
        Random random = new(seed);
        RandomGrammars grammars = new(
            seed,
            new TokenTerminal("<think>", 0, false),
            new TokenTerminal(null, Content.IdOf("ab"), false),
            new TokenTerminal("<think>", 0, true),
            new TokenTerminal(null, Content.IdOf("b"), true));
        int compared = 0;
        for (int index = 0; index < 200; index++)
        {
            GrammarDefinition definition = grammars.Next();
            Grammar grammar;
            try
            {
                grammar = new Grammar(GrammarCompiler.Compile(definition));
            }
            catch (GrammarException)
            {
                continue;
            }

            GrammarCursor cursor = grammar.CreateCursor(Tokenizer);
            List<int> answer = [];
            for (int step = 0; step < 4; step++)
            {
                string which = $"grammar {index} of seed {seed} after {string.Join(' ', answer)}";
                bool mayEnd = Readings(answer).Any(reading => ReferenceRecognizer.Accepts(definition, reading, Takes));
                List<int> expected = [.. Enumerable.Range(0, Tokenizer.VocabularySize).Where(id => Tokenizer.IsEndOfGeneration(id)
                    ? mayEnd
                    : Readings([.. answer, id]).Any(reading => ReferenceRecognizer.IsPrefix(definition, reading, Takes)))];
                cursor.MayEnd.ShouldBe(mayEnd, which);
                cursor.MustEnd.ShouldBe(mayEnd && expected.All(Tokenizer.IsEndOfGeneration), which);
                Ids(cursor.Mask).ShouldBe(expected, which);
                Enumerable.Range(0, Tokenizer.VocabularySize).Where(cursor.Allows).ToList().ShouldBe(expected, which);
                GrammarCursor forced = cursor.Fork();
                cursor.Forced.ToArray().ShouldAllBe(id => forced.TryAppend(id), which);
                compared++;
                int[] others = [.. expected.Where(id => !Tokenizer.IsEndOfGeneration(id))];
                if (others.Length == 0)
                {
                    break;
                }

                answer.Add(others[random.Next(others.Length)]);
                cursor.TryAppend(answer[^1]).ShouldBeTrue(which);
            }
        }

        compared.ShouldBeGreaterThan(400);
    }

    [Fact]
    public void AThoughtIsAnyTokensBetweenTwoThatTheGrammarNames()
    {
        string byId = $"root ::= <[{Think}]> !<[{ThinkEnd}]>* <[{ThinkEnd}]> [a-c]+";
        foreach (string gbnf in new[] { "root ::= <think> thought </think> [a-c]+\nthought ::= !</think>*", byId })
        {
            Grammar grammar = Grammar.FromGbnf(gbnf);
            Answers(grammar, "<think>", "a", "<think>", "<b>", "</think>", "cab", "a").ShouldBe((7, true));
            Answers(grammar, "<think>", "</think>", "a").ShouldBe((3, true));
            Answers(grammar, "<think>", "</think>").ShouldBe((2, false));
            Answers(grammar, "a").ShouldBe((0, false));
            Answers(grammar, "<think>", "</think>", "<b>").ShouldBe((2, false));
            Answers(grammar, "<think>", "<|im_end|>").ShouldBe((1, false));
        }
    }

    [Fact]
    public void ANamedTokenIsNotItsText()
    {
        Grammar grammar = Grammar.FromGbnf("root ::= <[" + Content.IdOf("ab") + "]> \"c\" | \"<b>\"");
        Answers(grammar, "ab", "c").ShouldBe((2, true));
        Answers(grammar, "a", "b", "c").ShouldBe((0, false));
        Answers(grammar, "<b>").ShouldBe((1, true));
        Answers(Grammar.FromGbnf("root ::= <b>"), "<b>").ShouldBe((1, true));

        // By its bytes and as itself at once.
        grammar = Grammar.FromGbnf("root ::= <[" + Content.IdOf("ab") + "]> \"a\" | \"abb\"");
        Answers(grammar, "ab", "a").ShouldBe((2, true));
        Answers(grammar, "ab", "b").ShouldBe((2, true));
        Answers(grammar, "a", "b", "a").ShouldBe((2, false));
    }

    [Fact]
    public void NamedTokensAreCountedAndRecursiveAsTextsAre()
    {
        Grammar grammar = Grammar.FromGbnf("root ::= !</think>{3,1000} </think>");
        Answers(grammar, "a", "b", "</think>").ShouldBe((2, false));
        Answers(grammar, "a", "b", "<think>", "cab", "</think>").ShouldBe((5, true));
        Answers(grammar, [.. Enumerable.Repeat("a", 1001)]).ShouldBe((1000, false));
        grammar = Grammar.FromGbnf("root ::= root <think> | \"a\" | <think> root </think>");
        Answers(grammar, "<think>", "a", "<think>", "</think>", "<think>").ShouldBe((5, true));
        Answers(grammar, "a", "</think>").ShouldBe((1, true));
    }

    [Fact]
    public void ANamedTokenThatAloneMayFollowIsForced()
    {
        Grammar grammar = Grammar.FromGbnf("root ::= <think> [a-c] </think>");
        GrammarCursor cursor = grammar.CreateCursor(Tokenizer);
        cursor.Forced.ToArray().ShouldBe([Think]);
        cursor.TryAppend(Think).ShouldBeTrue();
        cursor.Forced.IsEmpty.ShouldBeTrue();
        cursor.TryAppend(Content.IdOf("a")).ShouldBeTrue();
        cursor.MayEnd.ShouldBeFalse();
        cursor.Forced.ToArray().ShouldBe([ThinkEnd]);
        cursor.TryAppend(ThinkEnd).ShouldBeTrue();
        cursor.MustEnd.ShouldBeTrue();

        // Text that must follow ends where a token may come instead.
        cursor = Grammar.FromGbnf("root ::= \"abc\" | <think>").CreateCursor(Tokenizer);
        cursor.Forced.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("<none>", "names the token <none>, but this model's vocabulary has none of that text")]
    [InlineData("!<none>", "names the token <none>, but this model's vocabulary has none of that text")]
    [InlineData("<[1000]>", "names the token <[1000]>, but the ids of this model's vocabulary are 0 to 12")]
    [InlineData("<|im_end|>", "names the token <|im_end|>, which ends generation")]
    public void ATokenThatAModelDoesNotHaveIsAnErrorThatNamesIt(string token, string message)
    {
        Grammar grammar = Grammar.FromGbnf("root ::= \"a\" " + token);
        Should.Throw<GrammarException>(() => grammar.CreateCursor(Tokenizer)).Message.ShouldContain(message);
    }

    [Fact]
    public void ATextAloneDoesNotSayWhatItsTokensAre() =>
        Should.Throw<GrammarException>(() => Grammar.FromGbnf("root ::= \"a\" | !<think>").IsMatch("a"))
            .Message.ShouldContain("names the token <think>, and a text alone does not say what its tokens are");

    [Fact]
    public void AModelAnswersWithTheNamedTokens()
    {
        FakeSequence sequence = new(100, Content.Tokens.Length, (tokens, logits) =>
        {
            Random random = new(tokens.Length);
            for (int id = 0; id < logits.Length; id++)
            {
                logits[id] = (float)random.NextDouble();
            }
        });
        using Session session = new(sequence, Tokenizer);
        GenerationOptions options = new() { Grammar = Grammar.FromGbnf("root ::= <think> !</think>{5} </think> [a-c]{4}"), Temperature = 0 };
        GeneratedTokens tokens = session.GenerateTokens("a", options);
        int[] ids = [.. tokens.Select(token => token.Id)];
        tokens.End!.Reason.ShouldBe(GenerationEndReason.GrammarEnd);
        ids[0].ShouldBe(Think);
        ids[6].ShouldBe(ThinkEnd);
        ids[1..6].ShouldNotContain(ThinkEnd);
        string.Concat(tokens.Skip(7).Select(token => token.Text)).ShouldMatch("^[abc]{4}$");
    }

    // How many of some tokens follow each other, and whether the answer may end there.
    private static (int Count, bool MayEnd) Answers(Grammar grammar, params string[] tokens)
    {
        GrammarCursor cursor = grammar.CreateCursor(Tokenizer);
        int count = tokens.TakeWhile(token => cursor.TryAppend(Content.IdOf(token))).Count();
        return (count, cursor.MayEnd);
    }

    private static bool Takes(TokenTerminal terminal, int id) =>
        (id == (terminal.Text is string text ? Content.IdOf(text) : terminal.Id)) != terminal.IsComplement;

    // Each token of an answer stands for itself or for its bytes.
    private static IEnumerable<int[]> Readings(IReadOnlyList<int> answer)
    {
        IEnumerable<int[]> readings = [[]];
        foreach (int id in answer)
        {
            int[] itself = [ReferenceRecognizer.FirstToken + id];
            int[] bytes = [.. Encoding.UTF8.GetBytes(Tokenizer.Decode([id])).Select(value => (int)value)];
            readings = readings.SelectMany(reading => bytes.Length == 0
                ? [[.. reading, .. itself]]
                : new[] { [.. reading, .. itself], (int[])[.. reading, .. bytes] });
        }

        return readings;
    }

    private static List<int> Ids(ReadOnlySpan<ulong> mask)
    {
        List<int> ids = [];
        for (int id = 0; id < mask.Length * 64; id++)
        {
            if ((mask[id / 64] >> (id % 64) & 1) != 0)
            {
                ids.Add(id);
            }
        }

        return ids;
    }
}
