using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Runtime.Tests.Support;
using Shouldly;
using Xunit;
using static ModelGen.Runtime.Tests.Support.DraftedAnswers;

namespace ModelGen.Runtime.Tests.Generation;

/// <summary>Guesses of a smaller model save steps, and change nothing else.</summary>
public sealed class DraftModelTests
{
    // What a text begins with that repeats itself every ten tokens.
    private static readonly int[] Ten = [.. Enumerable.Range(10, 10), .. Enumerable.Range(10, 3)];

    public static MatrixTheoryData<SequenceMemory, int, float> Settings => new(
        [SequenceMemory.All, SequenceMemory.Window, SequenceMemory.State], [1, 5, 100], [0, 0.3f]);

    /// <summary>It often says the same, and now and then something else; its context is shorter.</summary>
    [Theory]
    [MemberData(nameof(Settings))]
    public void TheyChangeNoAnswer(SequenceMemory memory, int maxTokens, float minProbability)
    {
        int accepted = 0;
        int refused = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            using DraftModel model = new(
                Words,
                () => Random(memory, seed, contextLength: 60),
                new DraftModelOptions { MaxTokens = maxTokens, MinProbability = minProbability, MaxTexts = 1 + seed % 2 });
            foreach (GenerationOptions sort in EverySort)
            {
                GenerationOptions options = sort with { Seed = (ulong)seed, MaxTokens = 20 + seed * 10 };
                string expected = Answer(Random(memory, seed), options).Facts;
                (string facts, GenerationEnd end) = Answer(Random(memory, seed), options with { DraftModel = model });
                facts.ShouldBe(expected);
                accepted += end.AcceptedTokens;
                refused += end.DraftedTokens - end.AcceptedTokens;
            }
        }

        // With guesses of one sort alone the other would not have been tried.
        accepted.ShouldBePositive();
        refused.ShouldBePositive();
    }

    [Fact]
    public void GuessesThatAreRightSaveStepsAndEachTokenIsReadOnce()
    {
        FakeSequence sequence = Repeating(period: 10);
        FakeSequence drafting = Repeating(period: 10);
        using DraftModel model = new(Words, () => drafting, options: null);
        using Session session = new(sequence, Words);
        GenerationEnd end = Generate(session, Ten, tokens: 91, model);

        // The first token comes of the prompt; then there are ten steps of eight guesses and one token more.
        sequence.Calls.Count.ShouldBe(11);
        (end.DraftedTokens, end.AcceptedTokens).ShouldBe((80, 80));

        // But for the last guess and the token behind it.
        drafting.Calls.Sum(call => call.Tokens.Length).ShouldBe(Ten.Length + 91 - 2);
    }

    [Fact]
    public void WhatItIsNotSureOfIsNoGuess()
    {
        // exp(10) beside as many exp(0) as there are other tokens.
        float probability = 1 / (1 + (Content.Tokens.Length - 1) * MathF.Exp(-10));
        Drafted(probability * 1.0001f).ShouldBe(0);
        Drafted(probability * 0.9999f).ShouldBe(80);

        static int Drafted(float minProbability)
        {
            using DraftModel model = new(Words, () => Repeating(period: 10), new DraftModelOptions { MinProbability = minProbability });
            using Session session = new(Repeating(period: 10), Words);
            return Generate(session, Ten, tokens: 91, model).DraftedTokens;
        }
    }

    [Fact]
    public void ALongPromptIsReadBesideTheFirstTokens()
    {
        FakeSequence drafting = Repeating(period: 10, contextLength: 900);
        using DraftModel model = new(Words, () => drafting, options: null);
        using Session session = new(Repeating(period: 10, contextLength: 900), Words);
        int[] prompt = [.. Enumerable.Range(0, 500).Select(place => 10 + place % 10)];
        Generate(session, prompt, tokens: 30, model).AcceptedTokens.ShouldBeGreaterThan(20);
        drafting.Calls.Max(call => call.Tokens.Length).ShouldBe(128);
        drafting.Calls.Count(call => call.Tokens.Length > 9).ShouldBe(4);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(1, 1)]
    public void TextsThatTakeTurnsAreReadOnceIfThereIsRoomForThem(int maxTexts, int expected)
    {
        List<FakeSequence> drafting = [];
        DraftModel model = new(
            Words,
            () =>
            {
                drafting.Add(Repeating(period: 10));
                return drafting[^1];
            },
            new DraftModelOptions { MaxTexts = maxTexts });
        using Session first = new(Repeating(period: 10), Words);
        using Session second = new(Repeating(period: 10), Words);
        int[] other = [.. Ten[..^1], 50];
        int[] rest = [];
        for (int turn = 0; turn < 4; turn++)
        {
            Generate(first, turn == 0 ? Ten : rest, tokens: 20, model).AcceptedTokens.ShouldBeGreaterThan(10);
            Generate(second, turn == 0 ? other : rest, tokens: 20, model).AcceptedTokens.ShouldBeGreaterThan(10);
        }

        drafting.Count.ShouldBe(expected);
        int read = drafting.Sum(sequence => sequence.Calls.Sum(call => call.Tokens.Length));
        int texts = 2 * (Ten.Length + 80);
        if (maxTexts == 2)
        {
            read.ShouldBeLessThanOrEqualTo(texts);
        }
        else
        {
            read.ShouldBeGreaterThan(texts);
        }

        model.Dispose();
        drafting.ShouldAllBe(sequence => sequence.IsDisposed);
    }

    [Fact]
    public void WithoutItsTextsItIsOfNoUseAndTheSessionIs()
    {
        DraftModel model = new(Words, () => Repeating(period: 10), options: null);
        using Session session = new(Repeating(period: 10), Words);
        GenerationOptions options = new() { Temperature = 0, MaxTokens = 20, DraftModel = model };
        model.Dispose();
        Should.Throw<ObjectDisposedException>(() => session.GenerateTokens(Ten, options).Count()).ObjectName.ShouldContain(nameof(DraftModel));
        int[] held = session.Tokens.ToArray();
        held.AsSpan(0, Ten.Length).SequenceEqual(Ten).ShouldBeTrue();
        session.GenerateTokens(Array.Empty<int>(), options with { DraftModel = null }).Count().ShouldBe(20);
        session.Tokens[..held.Length].ToArray().ShouldBe(held);
        session.Tokens[^10..].SequenceEqual(session.Tokens[^20..^10]).ShouldBeTrue();
    }

    [Fact]
    public void LogitsThatAreNoNumbersAreNoGuess()
    {
        using DraftModel model = new(
            Words,
            () => Create(SequenceMemory.All, contextLength: 200, rows: 7, (_, logits) => logits.Fill(float.NaN)),
            new DraftModelOptions { MinProbability = 0 });
        using Session session = new(Repeating(period: 10), Words);
        Generate(session, Ten, tokens: 30, model).DraftedTokens.ShouldBe(0);
    }

    [Fact]
    public void AModelOfAnotherVocabularyIsRefused()
    {
        Tokenizer other = TestVocabulary.Open(TestVocabulary.Content(["x", .. TestVocabulary.Words]));
        using DraftModel model = new(other, () => Repeating(period: 10), options: null);
        using Session session = new(Repeating(period: 10), Words);
        string message = Should.Throw<ArgumentException>(() => session.GenerateTokens(Ten, new GenerationOptions { DraftModel = model })).Message;
        message.ShouldContain("vocabulary");
        message.ShouldContain("\"x\"");
    }

    [Fact]
    public void OptionsAreChecked()
    {
        new DraftModelOptions().ShouldBe(new DraftModelOptions { MaxTokens = 8, MinProbability = 0.5f, MaxTexts = 16 });
        foreach (DraftModelOptions wrong in new DraftModelOptions[]
        {
            new() { MaxTokens = 0 }, new() { MinProbability = -0.1f }, new() { MinProbability = 1.1f }, new() { MinProbability = float.NaN },
            new() { MaxTexts = 0 },
        })
        {
            Should.Throw<ArgumentOutOfRangeException>(() => new DraftModel(Words, () => Repeating(period: 10), wrong));
        }

        using DraftModel model = new(Words, () => Repeating(period: 10), options: null);
        using Session session = new(Repeating(period: 10), Words);
        GenerationOptions both = new() { DraftModel = model, PromptLookup = new PromptLookupOptions() };
        Should.Throw<ArgumentException>(() => session.GenerateTokens(Ten, both)).Message.ShouldContain("one of them");
    }

    private static GenerationEnd Generate(Session session, int[] prompt, int tokens, DraftModel model)
    {
        GeneratedTokens generated = session.GenerateTokens(prompt, new GenerationOptions { Temperature = 0, MaxTokens = tokens, DraftModel = model });
        generated.Count().ShouldBe(tokens);
        return generated.End!;
    }
}
