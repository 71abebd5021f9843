using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ModelGen.Grammars;
using ModelGen.Grammars.Characters;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.Json;
using ModelGen.Grammars.Masks;
using ModelGen.Grammars.Matching;
using ModelGen.Runtime.Tests.Grammars.Matching;
using ModelGen.Runtime.Tests.Support;
using Shouldly;
using Xunit;
using static ModelGen.Runtime.Tests.Grammars.Matching.Expressions;

namespace ModelGen.Runtime.Tests.Grammars.Masks;

public sealed class GrammarMasksTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void ATokenMayFollowIfItsBytesMay(int seed)
    {
        Random random = new(seed);
        string[] words = [.. Enumerable.Range(0, 80).Select(_ => Word(random, "abc", 6)).Union(["a", "b", "c"])];
        Tokenizer tokenizer = Create(words, byteTokens: false);
        GrammarVocabulary vocabulary = new(tokenizer);
        RandomGrammars grammars = new(seed);
        int compared = 0;
        for (int index = 0; index < 250; index++)
        {
            CompiledGrammar grammar;
            try
            {
                grammar = GrammarCompiler.Compile(grammars.Next());
            }
            catch (GrammarException)
            {
                continue;
            }

            GrammarMasks masks = new(vocabulary, new GrammarStates(grammar));
            compared += Walk(masks, tokenizer, random, 12, $"grammar {index} of seed {seed}");
        }

        compared.ShouldBeGreaterThan(500);
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(7, 9)]
    [InlineData(20, null)]
    public void TokensOfCountedTextsAreAsLongAsThereIsRoom(int minimum, int? maximum)
    {
        // Characters of one to three bytes, in quotes, several times; tokens go over all ends.
        GrammarExpression character = Choice(Range('a', 'c'), Sequence(Text("\\"), AnyOf("\\\"")), Text("é"), Text("€"));
        GrammarExpression text = Sequence(Text("\""), Repeat(Choice(character, Repeat(Choice(), 1, 100)), minimum, maximum), Text("\""));
        GrammarExpression nested = Sequence(Text("["), Repeat(Sequence(Rule(1), Text(",")), 2, 60), Text("]"));
        Random random = new(minimum);
        string[] words = [.. Enumerable.Range(0, 400).Select(_ => Word(random, "aaabbcé€\"\"\\\\,[]", 12)).Distinct()];
        Tokenizer tokenizer = Create(words);
        GrammarMasks masks = new(new GrammarVocabulary(tokenizer), new GrammarStates(GrammarCompiler.Compile(Grammar(nested, text))));
        for (int walk = 0; walk < 6; walk++)
        {
            Walk(masks, tokenizer, random, 100, $"walk {walk}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TokensOfFreeTextMayFollowIfEachOfTheirBytesMay(int seed)
    {
        // Any text; one without some letters, digits and characters beyond ASCII; one with all of these but for a few.
        GrammarExpression[] texts =
        [
            JsonExpressions.String,
            JsonExpressions.StringOf(RegularExpressionAutomaton.Containing("^[a-f1é€]*$"), JsonTextForm.Any),
            JsonExpressions.StringOf(RegularExpressionAutomaton.Containing("^[^g漢 ]*$"), JsonTextForm.Plain),
            Sequence(Text("\""), Repeat(Choice(Range('a', 'z'), Range('0', '9'), Text("é")), 0, null), Text("\"")),
        ];
        Random random = new(seed);
        string[] words = [.. Enumerable.Range(0, 600).Select(_ => Word(random, "aabfgz019 é€漢\u0007\n\"\\,", 10)).Distinct()];
        Tokenizer tokenizer = Create(words);
        GrammarVocabulary vocabulary = new(tokenizer);
        foreach (GrammarExpression text in texts)
        {
            GrammarMasks masks = new(
                vocabulary, new GrammarStates(GrammarCompiler.Compile(Grammar(Repeat(Sequence(Rule(1), Text(",")), 1, null), text))));
            for (int walk = 0; walk < 4; walk++)
            {
                Walk(masks, tokenizer, random, 40, $"walk {walk}");
            }
        }
    }

    [Fact]
    public void KindsOfBytesThatChangeNothingAreThoseOfTheText()
    {
        GrammarState any = Within(JsonExpressions.String);
        (any.Loops & ByteKinds.OfAscii((byte)'k')).ShouldNotBe(0UL);
        (any.Loops & ByteKinds.BeyondAscii).ShouldNotBe(0UL);
        (any.Loops & (ByteKinds.OfAscii((byte)'"') | ByteKinds.OfAscii((byte)'\\') | ByteKinds.OfAscii((byte)'\n') | ByteKinds.Malformed)).ShouldBe(0UL);

        // A kind that has a byte that may not follow is none of them.
        GrammarState some = Within(JsonExpressions.StringOf(RegularExpressionAutomaton.Containing("^[a-y]*$"), JsonTextForm.Any));
        some.Loops.ShouldBe(ByteKinds.OfAscii((byte)'a'));

        static GrammarState Within(GrammarExpression text)
        {
            GrammarMatcher matcher = new(new GrammarStates(GrammarCompiler.Compile(Grammar(text))));
            matcher.TryAdvance("\"a"u8).ShouldBeTrue();
            return matcher.State;
        }
    }

    [Fact]
    public void WhatIsFoundForOneGrammarHoldsForOthersThatHaveTheSameText()
    {
        GrammarExpression character = Choice(
            Range(' ', '!'), Range('#', '['), Range(']', '~'), Sequence(Text("\\"), AnyOf("\\\"")), Text("é"));
        GrammarExpression String(int minimum, int? maximum) => Sequence(Text("\""), Repeat(character, minimum, maximum), Text("\""));

        // Any name but for those that begin with a.
        GrammarExpression Named(GrammarExpression value) => new MembersExpression(
            [
                new GrammarMember(
                    Sequence(Text("\""), Range('b', 'z'), Repeat(character, 0, null), Text("\":")), value, isRequired: false, repeats: true),
                Member("\"a\":", Text("1"), isRequired: true),
            ],
            Text(","),
            0,
            null);
        GrammarExpression Reversed(MembersExpression members) =>
            new MembersExpression([.. members.Members.Reverse()], members.Separator, members.Minimum, members.Maximum);
        Random random = new(3);
        string[] words = [.. Enumerable.Range(0, 400).Select(_ => Word(random, "aabzé\"\"\"\\,:1{}", 8)).Distinct()];
        Tokenizer tokenizer = Create(words);
        GrammarVocabulary vocabulary = new(tokenizer);
        GrammarDefinition[] grammars =
        [
            Grammar(Sequence(Text("{"), Named(Rule(1)), Text("}")), String(0, null)),
            Grammar(Sequence(Text("{"), Reversed((MembersExpression)Named(String(2, 9))), Text("}"))),
            Grammar(Repeat(Sequence(Rule(1), Text(":"), Rule(2), Text(",")), 0, null), String(0, null), String(1, 8)),
        ];
        foreach (GrammarDefinition grammar in grammars)
        {
            GrammarMasks masks = new(vocabulary, new GrammarStates(GrammarCompiler.Compile(grammar)));
            for (int walk = 0; walk < 4; walk++)
            {
                Walk(masks, tokenizer, random, 40, $"walk {walk}");
            }
        }
    }

    [Fact]
    public void ControlTokensNeverFollowAndEndsOnlyWhereATextMayEnd()
    {
        Tokenizer tokenizer = Create(["ab", "</s>x"]);
        GrammarVocabulary vocabulary = new(tokenizer);
        GrammarMasks masks = new(vocabulary, new GrammarStates(GrammarCompiler.Compile(Grammar(Repeat(AnyOf("ab</s>u"), 0, 3)))));
        GrammarMatcher matcher = new(masks.States);
        int end = tokenizer.EndOfSequenceId!.Value;
        Ids(masks.MaskOf(matcher)).ShouldContain(end);
        Ids(masks.MaskOf(matcher)).ShouldNotContain(tokenizer.BeginningOfSequenceId!.Value);
        Ids(masks.MaskOf(matcher)).ShouldNotContain(tokenizer.UnknownId!.Value);
        matcher.TryAdvance("aba"u8).ShouldBeTrue();
        Ids(masks.MaskOf(matcher)).ShouldBe([end]);
        masks = new(vocabulary, new GrammarStates(GrammarCompiler.Compile(Grammar(Text("ab")))));
        Ids(masks.MaskOf(new GrammarMatcher(masks.States))).ShouldBe([TestVocabulary.FirstByteId + 'a', TestVocabulary.FirstByteId + 256]);
    }

    private static Tokenizer Create(IEnumerable<string> words, bool byteTokens = true) =>
        Tokenizer.Create(TestVocabulary.Content(words.Select(word => (word, 0f, TestVocabulary.Normal)), byteTokens));

    private static string Word(Random random, string characters, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => characters[random.Next(characters.Length)]));

    // Goes through tokens that may follow, and compares each mask with what the matcher says of each token alone.
    private static int Walk(GrammarMasks masks, Tokenizer tokenizer, Random random, int steps, string which)
    {
        GrammarMatcher matcher = new(masks.States);
        StringBuilder text = new();
        for (int step = 0; step < steps; step++)
        {
            List<int> expected = [];
            for (int id = 0; id < tokenizer.VocabularySize; id++)
            {
                byte[] bytes = BytesOf(tokenizer, id);
                if (tokenizer.IsEndOfGeneration(id) ? matcher.IsAccepting : bytes.Length > 0 && matcher.Fork().TryAdvance(bytes))
                {
                    expected.Add(id);
                }
            }

            Ids(masks.MaskOf(matcher)).ShouldBe(expected, $"{which} after '{text}'");
            int next = expected[random.Next(expected.Count)];
            if (tokenizer.IsEndOfGeneration(next))
            {
                return step + 1;
            }

            matcher.TryAdvance(BytesOf(tokenizer, next)).ShouldBeTrue();
            text.Append(Encoding.UTF8.GetString(BytesOf(tokenizer, next)));
        }

        return steps;
    }

    private static byte[] BytesOf(Tokenizer tokenizer, int id)
    {
        ArrayBufferWriter<byte> bytes = new();
        tokenizer.WriteBytes(id, includeSpecialTokens: false, bytes);
        return bytes.WrittenSpan.ToArray();
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
