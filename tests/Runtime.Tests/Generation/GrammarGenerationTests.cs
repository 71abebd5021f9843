using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Analysis;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Generation;

/// <summary>Answers that follow a grammar, from models that would say anything.</summary>
public sealed class GrammarGenerationTests
{
    private const string Object = """
        root ::= "{\"hello\": " value ", \"abc\": [" (value (", " value)*)? "]}"
        value ::= [0-9]{1,3} | "\"" [a-eé]* "\"" | root
        """;

    private static readonly VocabularyContent Content = TestVocabulary.Content(
        TestVocabulary.Words.Concat(["{\"", "\"", "\":", "▁[", "]}", ",▁\"", "12", "\"abc", "{\"hello\"", ":▁"]));

    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Content);

    [Theory]
    [InlineData(Object)]
    [InlineData("root ::= \"hello\"")]
    [InlineData("root ::= (\"a\" | \"ab\" | \"abc\")*")]
    [InlineData("root ::= [^a]{3,20}")]
    [InlineData("root ::= \"é\"{2} | \"hello \" root")]
    public void EveryAnswerThatComesToItsEndIsATextOfTheGrammar(string gbnf)
    {
        Grammar grammar = Grammar.FromGbnf(gbnf);
        HashSet<GenerationEndReason> reasons = [];
        for (int seed = 0; seed < 100; seed++)
        {
            GenerationOptions options = new() { Grammar = grammar, Temperature = 2, TopK = 0, TopP = 1, MinP = 0, Seed = (ulong)seed, MaxTokens = 80 };
            using Session session = Random(seed);
            string text = string.Concat(session.Generate("abc", options));

            // Whoever asks how likely the tokens are gets the same ones.
            using Session scored = Random(seed);
            GeneratedTokens tokens = scored.GenerateTokens("abc", options);
            string.Concat(tokens.Select(token => token.Text)).ShouldBe(text);
            scored.Tokens.ToArray().ShouldBe(session.Tokens.ToArray());
            reasons.Add(tokens.End!.Reason);
            if (tokens.End.Reason is GenerationEndReason.EndToken or GenerationEndReason.GrammarEnd)
            {
                grammar.IsMatch(text).ShouldBeTrue(text);
            }
            else
            {
                // Cut off in the middle, perhaps of a character.
                tokens.End.Reason.ShouldBe(GenerationEndReason.TokenLimit);
                GrammarCursor cursor = grammar.CreateCursor(Tokenizer);
                scored.Tokens[^tokens.End.GeneratedTokens..].ToArray().ShouldAllBe(id => cursor.TryAppend(id));
            }
        }

        reasons.ShouldContain(reason => reason == GenerationEndReason.GrammarEnd || reason == GenerationEndReason.EndToken);
    }

    [Fact]
    public void ForcedTokensAreEvaluatedTogether()
    {
        FakeSequence sequence = RandomSequence(1);
        using Session session = new(sequence, Tokenizer);
        GenerationOptions options = new() { Grammar = Grammar.FromGbnf("""root ::= "{\"hello\": \"hello abc " [a-c] "\"}" """), Temperature = 0 };
        string text = string.Concat(session.Generate("abc", options));
        text.ShouldMatch("^\\{\"hello\": \"hello abc [abc]\"\\}$");
        int answer = session.Position - sequence.Calls[0].Tokens.Length;
        answer.ShouldBeGreaterThan(8);
        sequence.Calls.Count.ShouldBeLessThanOrEqualTo(5);
        sequence.Calls[1].Tokens.Length.ShouldBeGreaterThan(4);
    }

    [Fact]
    public void OnlyTheLogitsOfTokensThatMayFollowAreAskedFor()
    {
        Grammar grammar = Grammar.FromGbnf(Object);
        FakeSequence sequence = RandomSequence(1);
        using Session session = new(sequence, Tokenizer);
        GenerationOptions options = new() { Grammar = grammar, Seed = 2, Temperature = 2, MaxTokens = 60 };
        string.Concat(session.Generate("abc", options)).ShouldNotBeEmpty();
        GrammarCursor cursor = grammar.CreateCursor(Tokenizer);
        int promptLength = sequence.Calls[0].Tokens.Length;
        int read = promptLength;
        sequence.Calls.Count.ShouldBeGreaterThan(5);
        for (int call = 0; call < sequence.Calls.Count; call++)
        {
            for (; read < sequence.Calls[call].Position + sequence.Calls[call].Tokens.Length; read++)
            {
                cursor.TryAppend(session.Tokens[read]).ShouldBeTrue();
            }

            sequence.Wanted[call].ShouldBe(cursor.Mask.ToArray());
        }
    }

    [Fact]
    public void WhatLooksAtOtherLogitsIsGivenThem()
    {
        Grammar grammar = Grammar.FromGbnf(Object);
        FakeSequence sequence = RandomSequence(1);
        using Session session = new(sequence, Tokenizer);
        GenerationOptions options = new() { Grammar = grammar, Seed = 2, MaxTokens = 10 };
        session.GenerateTokens("abc", options).Count().ShouldBeGreaterThan(0);
        string.Concat(session.Generate("abc", options with { LogitProcessors = [new Counter()] })).ShouldNotBeEmpty();
        string.Concat(session.Generate("abc", options with { BannedTexts = ["never"] })).ShouldNotBeEmpty();
        session.Evaluate([1]);
        sequence.Wanted.ShouldAllBe(wanted => wanted.Length == 0);
    }

    [Fact]
    public void WhatTheGrammarLeavesNoChoiceAboutNeedsNoModel()
    {
        FakeSequence sequence = RandomSequence(1);
        using Session session = new(sequence, Tokenizer);
        GeneratedTokens tokens = session.GenerateTokens("abc", new GenerationOptions { Grammar = Grammar.FromGbnf("root ::= \"hello abc\"") });
        string.Concat(tokens.Select(token => token.Text)).ShouldBe("hello abc");
        tokens.End!.Reason.ShouldBe(GenerationEndReason.GrammarEnd);
        tokens.ShouldAllBe(token => token.LogProbability <= 0);
    }

    [Fact]
    public void ForcedTokensObeyTheOtherLimits()
    {
        Grammar grammar = Grammar.FromGbnf("root ::= \"hello abc hello abc\"");
        using Session session = Random(1);
        GeneratedTokens tokens = session.GenerateTokens("abc", new GenerationOptions { Grammar = grammar, MaxTokens = 3 });
        tokens.Count().ShouldBe(3);
        tokens.End!.Reason.ShouldBe(GenerationEndReason.TokenLimit);
        string.Concat(session.Generate("abc", new GenerationOptions { Grammar = grammar, StopSequences = ["c h"] })).ShouldBe("hello ab");
        using Session small = new(RandomSequence(1, contextLength: 5), Tokenizer);
        GeneratedTokens cut = small.GenerateTokens("abc", new GenerationOptions { Grammar = grammar });
        cut.Count().ShouldBe(3);
        cut.End!.Reason.ShouldBe(GenerationEndReason.ContextFull);
    }

    [Fact]
    public void AProcessorSeesEveryToken()
    {
        Counter counter = new();
        using Session session = Random(1);
        string text = string.Concat(session.Generate(
            "abc", new GenerationOptions { Grammar = Grammar.FromGbnf("root ::= \"hello abc\""), LogitProcessors = [counter] }));
        text.ShouldBe("hello abc");
        counter.Calls.ShouldBe(session.Position - 2);
    }

    [Fact]
    public void WhatRulesOutAllThatTheGrammarAllowsIsAnErrorThatNamesIt()
    {
        using Session session = Random(1);
        ModelGenException error = Should.Throw<ModelGenException>(() => session.Generate(
            "abc", new GenerationOptions { Grammar = Grammar.FromGbnf("root ::= \"hello\""), BannedTexts = ["hello"] }).Count());
        error.Message.ShouldContain("Grammar ruled out the last tokens");
        session.Position.ShouldBeGreaterThan(0);
        string.Concat(session.Generate("abc", new GenerationOptions { Grammar = Grammar.FromGbnf("root ::= \"hello\"") })).ShouldBe("hello");
    }

    [Fact]
    public void ForksGoOnlyWhereTheGrammarLeads()
    {
        Grammar grammar = Grammar.FromGbnf("root ::= (\"a\" | \"b\" | \"c\"){4}");
        using Session session = Random(3);
        ForkingPaths paths = ForkingPaths.Find(
            session,
            "abc",
            text => text,
            new ForkingPathsOptions { Generation = new GenerationOptions { Grammar = grammar, Temperature = 0 }, MinProbability = 0.001 },
            TestContext.Current.CancellationToken);
        string[] texts = [.. paths.Tokens.SelectMany(token => token.Forks).SelectMany(fork => fork.Texts)];
        texts.Length.ShouldBeGreaterThan(3);
        texts.ShouldAllBe(text => grammar.IsMatch(text));
    }

    [Fact]
    public void ACursorsMaskHasTheTokensThatItAllows()
    {
        Grammar grammar = Grammar.FromGbnf(Object);
        Random random = new(1);
        for (int walk = 0; walk < 20; walk++)
        {
            GrammarCursor cursor = grammar.CreateCursor(Tokenizer);
            for (int count = 0; count < 60 && !cursor.MustEnd; count++)
            {
                ulong[] mask = cursor.Mask.ToArray();
                int[] allowed = [.. Enumerable.Range(0, Tokenizer.VocabularySize).Where(cursor.Allows)];
                allowed.ShouldBe(Enumerable.Range(0, Tokenizer.VocabularySize).Where(id => (mask[id / 64] >> (id % 64) & 1) != 0));
                GrammarCursor fork = cursor.Fork();
                cursor.Forced.ToArray().ShouldAllBe(id => fork.TryAppend(id));
                cursor.TryAppend(allowed[random.Next(allowed.Length)]).ShouldBeTrue();
            }
        }
    }

    private static Session Random(int seed) => new(RandomSequence(seed), Tokenizer);

    // Logits that depend on all tokens so far, of about the size that a model's have.
    private static FakeSequence RandomSequence(int seed, int contextLength = 400) => new(contextLength, Content.Tokens.Length, (tokens, logits) =>
    {
        int state = seed;
        foreach (int token in tokens)
        {
            state = unchecked((state * 31) + token + 7);
        }

        Random random = new(state);
        for (int id = 0; id < logits.Length; id++)
        {
            logits[id] = (float)(random.NextDouble() * 8);
        }
    });

    private sealed class Counter : LogitProcessor
    {
        public int Calls { get; private set; }

        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
        {
            Calls++;
            return LogitProcessorResult.Continue;
        }
    }
}
