using System;
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

    private readonly FakeForwardPass _forwardPass;
    private readonly Session _session;

    public SessionTests()
    {
        // The first logits are the tokens so far.
        _forwardPass = new FakeForwardPass(ContextLength, VocabularySize, (tokens, logits) =>
        {
            logits.Clear();
            for (int index = 0; index < tokens.Length; index++)
            {
                logits[index] = tokens[index];
            }
        });
        _session = new Session(_forwardPass, TestVocabulary.OpenChat());
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Evaluate_appends_and_gives_the_logits_after_the_last_token()
    {
        _session.Position.ShouldBe(0);
        _session.ContextLength.ShouldBe(ContextLength);
        _session.Evaluate([5, 6]).ToArray().ShouldBe(Padded(5, 6));
        _session.Evaluate([7]).ToArray().ShouldBe(Padded(5, 6, 7));
        _session.Position.ShouldBe(3);
        _forwardPass.Calls.Select(call => call.Position).ShouldBe([0, 2]);
    }

    [Fact]
    public void Rewind_forgets_what_comes_after()
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
    public void The_context_can_be_filled_and_not_more()
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
    public void Wrong_arguments_change_nothing()
    {
        _session.Evaluate([5]);
        Should.Throw<ArgumentException>(() => _session.Evaluate([]));
        Should.Throw<ArgumentOutOfRangeException>(() => _session.Evaluate([1, -1])).Message.ShouldContain("0 to 19");
        Should.Throw<ArgumentOutOfRangeException>(() => _session.Evaluate([1, VocabularySize]));
        Should.Throw<ArgumentOutOfRangeException>(() => _session.Rewind(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => _session.Rewind(2)).Message.ShouldContain("0 to 1");
        _session.Position.ShouldBe(1);
        _forwardPass.Calls.Count.ShouldBe(1);
        _session.Evaluate([6]).ToArray().ShouldBe(Padded(5, 6));
    }

    [Fact]
    public void A_failed_evaluation_changes_nothing()
    {
        _session.Evaluate([5, 6]);
        _forwardPass.OnEvaluate = _ => throw new ModelGenException("failed");
        Should.Throw<ModelGenException>(() => _session.Evaluate([7]));
        _session.Position.ShouldBe(2);
        _forwardPass.OnEvaluate = null;
        _session.Evaluate([8]).ToArray().ShouldBe(Padded(5, 6, 8));
    }

    [Fact]
    public void A_session_may_take_less_than_the_model()
    {
        FakeForwardPass forwardPass = FakeForwardPass.Choosing(ContextLength, VocabularySize, _ => 1);
        using Session session = new(forwardPass, TestVocabulary.OpenChat(), new SessionOptions { ContextLength = 3 });
        session.ContextLength.ShouldBe(3);
        session.Evaluate([1, 2, 3]);
        Should.Throw<ContextFullException>(() => session.Evaluate([4]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(ContextLength + 1)]
    public void A_context_length_that_was_not_compiled_is_refused(int length)
    {
        FakeForwardPass forwardPass = FakeForwardPass.Choosing(ContextLength, VocabularySize, _ => 1);
        Should.Throw<ArgumentOutOfRangeException>(
            () => new Session(forwardPass, TestVocabulary.OpenChat(), new SessionOptions { ContextLength = length }))
            .Message.ShouldContain("1 to 8");
        forwardPass.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public void A_disposed_session_is_refused()
    {
        _session.Dispose();
        _session.Dispose();
        _forwardPass.IsDisposed.ShouldBeTrue();
        Should.Throw<ObjectDisposedException>(() => _session.Evaluate([1]));
        Should.Throw<ObjectDisposedException>(() => _session.Rewind(0));
        Should.Throw<ObjectDisposedException>(() => _session.Generate("a"));
        Should.Throw<ObjectDisposedException>(() => _session.GenerateAsync("a"));
    }

    private static float[] Padded(params int[] tokens) =>
        [.. tokens.Select(token => (float)token), .. new float[VocabularySize - tokens.Length]];
}
