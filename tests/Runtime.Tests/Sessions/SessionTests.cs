using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Runtime.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sessions;

/// <summary>Evaluate, Rewind, and every error of theirs.</summary>
public sealed class SessionTests : IDisposable
{
    private const int ContextLength = 8;
    private const int VocabularySize = 20;

    private readonly FakeSequence _sequence;
    private readonly Session _session;

    public SessionTests()
    {
        // The first logits are the tokens so far.
        _sequence = new FakeSequence(ContextLength, VocabularySize, (tokens, logits) =>
        {
            logits.Clear();
            for (int index = 0; index < tokens.Length; index++)
            {
                logits[index] = tokens[index];
            }
        });
        _session = new Session(_sequence, TestVocabulary.OpenChat());
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void EvaluateAppendsAndGivesTheLogitsAfterTheLastToken()
    {
        _session.Position.ShouldBe(0);
        _session.ContextLength.ShouldBe(ContextLength);
        _session.Evaluate([5, 6]).ToArray().ShouldBe(Padded(5, 6));
        _session.Evaluate([7]).ToArray().ShouldBe(Padded(5, 6, 7));
        _session.Position.ShouldBe(3);
        _sequence.Calls.Select(call => call.Position).ShouldBe([0, 2]);
    }

    [Fact]
    public void RewindForgetsWhatComesAfter()
    {
        _session.Evaluate([5, 6, 7]);
        _session.Rewind(1);
        _session.Position.ShouldBe(1);
        _session.Evaluate([9, 10]).ToArray().ShouldBe(Padded(5, 9, 10));
        _session.Rewind(3);
        _session.Rewind(0);
        _session.Evaluate([3]).ToArray().ShouldBe(Padded(3));
    }

    [Fact]
    public void TokensAreTheTextSoFar()
    {
        _session.Tokens.IsEmpty.ShouldBeTrue();
        _session.Evaluate([5, 6, 7]);
        _session.Tokens.ToArray().ShouldBe([5, 6, 7]);
        _session.Rewind(1);
        _session.Evaluate([9]);
        _session.Tokens.ToArray().ShouldBe([5, 9]);
    }

    [Fact]
    public void TheContextCanBeFilledAndNotMore()
    {
        _session.Evaluate([1, 2, 3, 4, 5, 6]);
        ContextFullException error = Should.Throw<ContextFullException>(() => _session.Evaluate([7, 8, 9]));
        (error.Position, error.Count, error.ContextLength).ShouldBe((6, 3, 8));
        error.Message.ShouldContain("holds 6 of 8 tokens and 3 more do not fit");
        _session.Evaluate([7, 8]).ToArray().ShouldBe(Padded(1, 2, 3, 4, 5, 6, 7, 8));
        Should.Throw<ContextFullException>(() => _session.Evaluate([9]));
        _session.Rewind(7);
        _session.Evaluate([9]).ToArray().ShouldBe(Padded(1, 2, 3, 4, 5, 6, 7, 9));
    }

    [Fact]
    public void WrongArgumentsChangeNothing()
    {
        _session.Evaluate([5]);
        Should.Throw<ArgumentException>(() => _session.Evaluate([]));
        Should.Throw<ArgumentOutOfRangeException>(() => _session.Evaluate([1, -1])).Message.ShouldContain("0 to 19");
        Should.Throw<ArgumentOutOfRangeException>(() => _session.Evaluate([1, VocabularySize]));
        Should.Throw<ArgumentOutOfRangeException>(() => _session.Rewind(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => _session.Rewind(2)).Message.ShouldContain("0 to 1");
        _session.Position.ShouldBe(1);
        _sequence.Calls.Count.ShouldBe(1);
        _session.Evaluate([6]).ToArray().ShouldBe(Padded(5, 6));
    }

    [Fact]
    public void AFailedEvaluationChangesNothing()
    {
        _session.Evaluate([5, 6]);
        _sequence.OnEvaluate = _ => throw new ModelGenException("failed");
        Should.Throw<ModelGenException>(() => _session.Evaluate([7]));
        _session.Position.ShouldBe(2);
        _sequence.OnEvaluate = null;
        _session.Evaluate([8]).ToArray().ShouldBe(Padded(5, 6, 8));
    }

    [Fact]
    public void AllLogitsAreThoseAfterEachToken()
    {
        _session.Evaluate([5]);
        List<float[]> rows = [];
        foreach (ReadOnlySpan<float> logits in _session.EvaluateAll([6, 7, 1, 2, 3]))
        {
            rows.Add(logits.ToArray());
        }

        rows.ShouldBe([Padded(5, 6), Padded(5, 6, 7), Padded(5, 6, 7, 1), Padded(5, 6, 7, 1, 2), Padded(5, 6, 7, 1, 2, 3)]);
        _session.Tokens.ToArray().ShouldBe([5, 6, 7, 1, 2, 3]);

        // Three rows at once, and none twice.
        _sequence.Calls.Select(call => (call.Position, call.Tokens.Length)).ShouldBe([(0, 1), (1, 3), (4, 2)]);
    }

    [Fact]
    public void ATokenThatIsNotEvaluatedYetGoesWithAllLogits()
    {
        _session.Generate([5], new GenerationOptions { MaxTokens = 1, Temperature = 0 }).ToArray();
        int generated = _session.Tokens[1];
        foreach (ReadOnlySpan<float> logits in _session.EvaluateAll([6]))
        {
            logits.ToArray().ShouldBe(Padded(5, generated, 6));
        }

        _sequence.Calls.Select(call => (call.Position, call.Tokens.Length)).ShouldBe([(0, 1), (1, 2)]);
    }

    [Fact]
    public void AllLogitsThatAreLeftEarlyHaveAppendedWhatTheyCameTo()
    {
        foreach (ReadOnlySpan<float> _ in _session.EvaluateAll([5, 6, 7, 1]))
        {
            break;
        }

        _session.Tokens.ToArray().ShouldBe([5, 6, 7]);
    }

    [Fact]
    public void AllLogitsOfASessionThatWasChangedEnd()
    {
        bool hasChanged = false;
        Should.Throw<InvalidOperationException>(() =>
        {
            foreach (ReadOnlySpan<float> _ in _session.EvaluateAll([5, 6, 7, 1]))
            {
                if (!hasChanged)
                {
                    hasChanged = true;
                    _session.Rewind(1);
                }
            }
        }).Message.ShouldContain("changed by another call");
    }

    [Fact]
    public void AllLogitsOfNothingOrOfTooMuchAreRefused()
    {
        Should.Throw<ArgumentException>(() => _session.EvaluateAll([]));
        Should.Throw<ArgumentOutOfRangeException>(() => _session.EvaluateAll([1, VocabularySize]));
        Should.Throw<ContextFullException>(() => _session.EvaluateAll(new int[ContextLength + 1]));
        _session.Position.ShouldBe(0);
    }

    [Fact]
    public void AForkGoesOnByItself()
    {
        _session.Evaluate([5, 6]);
        using Session fork = _session.Fork();
        fork.Evaluate([7]).ToArray().ShouldBe(Padded(5, 6, 7));
        _session.Evaluate([8]).ToArray().ShouldBe(Padded(5, 6, 8));
        fork.Tokens.ToArray().ShouldBe([5, 6, 7]);
        _session.Dispose();
        fork.Evaluate([1]).ToArray().ShouldBe(Padded(5, 6, 7, 1));
    }

    [Fact]
    public void ATextIsEvaluatedAgainWhereAWindowHasForgottenWhatItNeeds()
    {
        FakeSequence sequence = new(ContextLength, VocabularySize, (tokens, logits) =>
        {
            logits.Clear();
            for (int i = 0; i < tokens.Length; i++)
            {
                logits[i] = tokens[i];
            }
        }) { Window = 2 };
        using Session session = new(sequence, TestVocabulary.OpenChat());
        session.Evaluate([1, 2]);
        session.Evaluate([3, 4]);
        session.Evaluate([5]);

        // A token at 3 looks back to position 2, which is there; one at 1 to position 0, which is not.
        session.Rewind(4);
        session.Evaluate([6]).ToArray().ShouldBe(Padded(1, 2, 3, 4, 6));
        session.Rewind(1);
        session.Evaluate([7]).ToArray().ShouldBe(Padded(1, 7));
        sequence.Calls.Select(call => (call.Position, call.Tokens.Length)).ShouldBe([(0, 2), (2, 2), (4, 1), (4, 1), (0, 2)]);
    }

    [Fact]
    public void ADisposedSessionIsRefused()
    {
        _session.Dispose();
        _session.Dispose();
        _sequence.IsDisposed.ShouldBeTrue();
        Should.Throw<ObjectDisposedException>(() => _session.Evaluate([1]));
        Should.Throw<ObjectDisposedException>(() => _session.Rewind(0));
        Should.Throw<ObjectDisposedException>(() => _session.Generate("a"));
        Should.Throw<ObjectDisposedException>(() => _session.GenerateAsync("a"));
    }

    private static float[] Padded(params int[] tokens) =>
        [.. tokens.Select(token => (float)token), .. new float[VocabularySize - tokens.Length]];
}
