using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sessions;

/// <summary>Sessions of models that answer a text: when they read it, and what becomes of the answer before.</summary>
public sealed class SessionSourceTests
{
    private const int Start = 3;

    private static readonly VocabularyContent Vocabulary = TestVocabulary.ChatContent();
    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Vocabulary);
    private static readonly GenerationOptions Greedy = new() { Temperature = 0, MaxTokens = 4 };
    private static readonly int[] First = [5, 6, 7];
    private static readonly int[] Second = [8, 9];

    private readonly FakeSequence _sequence = new(20, Vocabulary.Tokens.Length, (tokens, logits) =>
    {
        logits.Clear();
        logits[20 + tokens.Length] = 1;
    })
    {
        Start = Start,
    };

    [Fact]
    public void APromptIsReadAndAnswered()
    {
        using Session session = new(_sequence, Tokenizer);
        GeneratedTokens tokens = session.GenerateTokens(First, Greedy);
        tokens.Count().ShouldBe(Greedy.MaxTokens);
        session.Source.ToArray().ShouldBe(First);
        session.Tokens.ToArray().ShouldBe([Start, 21, 22, 23, 24]);
        tokens.End!.PromptTokens.ShouldBe(First.Length + 1);
        _sequence.Sources.ShouldBe([First]);
    }

    [Fact]
    public void TheSamePromptIsReadOnce()
    {
        using Session session = new(_sequence, Tokenizer);
        foreach (int[] prompt in new[] { First, First, Second, First })
        {
            _ = session.Generate(prompt, Greedy).Count();
            session.Position.ShouldBe(1 + Greedy.MaxTokens);
        }

        _sequence.Sources.ShouldBe([First, Second, First]);
    }

    [Fact]
    public void AnEmptyPromptGoesOn()
    {
        using Session session = new(_sequence, Tokenizer);
        session.Encode(First);
        session.Tokens.ToArray().ShouldBe([Start]);
        _ = session.Generate("", Greedy).Count();
        _ = session.Generate([], Greedy).Count();
        session.Tokens.ToArray().ShouldBe([Start, 21, 22, 23, 24, 25, 26, 27, 28]);
        _sequence.Sources.ShouldBe([First]);
    }

    [Fact]
    public void APromptIsEncodedWithWhatEndsIt()
    {
        using Session session = new(_sequence, Tokenizer);
        session.Encode("Once");
        session.Source.ToArray().ShouldBe(Tokenizer.EncodeToIds("Once"));
        _ = session.Generate("Once", Greedy).Count();
        _sequence.Sources.Count.ShouldBe(1);
    }

    [Fact]
    public void NothingIsReadBeforeAPieceIsAskedFor()
    {
        using Session session = new(_sequence, Tokenizer);
        IEnumerable<string> pieces = session.Generate(First, Greedy);
        _sequence.Sources.ShouldBeEmpty();
        session.Source.IsEmpty.ShouldBeTrue();
        _ = pieces.Count();
        _sequence.Sources.ShouldBe([First]);
    }

    [Fact]
    public void WithoutATextThereIsNothingToAnswer()
    {
        using Session session = new(_sequence, Tokenizer);
        Should.Throw<InvalidOperationException>(() => session.Evaluate([4])).Message.ShouldContain("Encode");
        Should.Throw<ArgumentException>(() => session.Generate("", Greedy));
        session.Position.ShouldBe(0);
    }

    [Fact]
    public void AFailedCallOfSeveralAnswersLeavesTheSession()
    {
        using Session session = new(_sequence, Tokenizer);
        _ = session.Generate(First, Greedy).Count();
        Should.Throw<OperationCanceledException>(() => session.GenerateAnswers(Second, 2, Greedy, new CancellationToken(canceled: true)));
        session.Source.ToArray().ShouldBe(First);
        session.Tokens.ToArray().ShouldBe([Start, 21, 22, 23, 24]);
        _ = session.Generate("", Greedy).Count();
        session.Tokens[^1].ShouldBe(28);
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedAtOnce()
    {
        using Session session = new(_sequence, Tokenizer);
        Should.Throw<ContextFullException>(() => session.Generate(new int[21], Greedy));
        Should.Throw<ContextFullException>(() => session.Encode(new int[21]));
        Should.Throw<ArgumentOutOfRangeException>(() => session.Generate([Vocabulary.Tokens.Length], Greedy));
        session.Source.IsEmpty.ShouldBeTrue();
    }
}
