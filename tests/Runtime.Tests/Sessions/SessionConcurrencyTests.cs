using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Vocabularies;
using ModelGen.Runtime.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sessions;

/// <summary>GenerateAsync, cancellation, and calls from several threads.</summary>
public sealed class SessionConcurrencyTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();
    private static readonly GenerationOptions Greedy = new() { Temperature = 0 };

    // So that a mistake fails the test instead of hanging it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeSequence _sequence = FakeSequence.Choosing(
        200, Chat.Tokens.Length, tokens => Chat.IdOf(tokens.Length % 3 == 0 ? "a" : "▁abc"));

    private readonly Session _session;

    public SessionConcurrencyTests() => _session = new Session(_sequence, TestVocabulary.Open(Chat));

    private static CancellationToken TestToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GenerateAsyncGivesWhatGenerateGives()
    {
        List<string> pieces = [];
        await foreach (string piece in _session.GenerateAsync("a", Greedy with { MaxTokens = 20 }, TestToken))
        {
            pieces.Add(piece);
        }

        _session.Rewind(0);
        pieces.ShouldBe(_session.Generate("a", Greedy with { MaxTokens = 20 }));
        pieces.Count.ShouldBe(20);
    }

    [Fact]
    public async Task GenerateAsyncTakesIds()
    {
        List<string> pieces = [];
        await foreach (string piece in _session.GenerateAsync([1, Chat.IdOf("a")], Greedy with { MaxTokens = 2 }, TestToken))
        {
            pieces.Add(piece);
        }

        pieces.ShouldBe([" abc", "a"]);
    }

    [Fact]
    public void GenerateAsyncChecksItsArgumentsAtTheCall()
    {
        Should.Throw<ArgumentNullException>(() => _session.GenerateAsync((string)null!));
        Should.Throw<ArgumentNullException>(() => _session.GenerateAsync((IReadOnlyList<int>)null!));
        Should.Throw<ArgumentOutOfRangeException>(() => _session.GenerateAsync("a", Greedy with { MaxTokens = 0 }));
        Should.Throw<ContextFullException>(() => _session.GenerateAsync(string.Concat(Enumerable.Repeat("z", 300)), Greedy));
    }

    [Fact]
    public void GenerateAsyncEvaluatesOnTheThreadPool()
    {
        List<bool> onPool = [];
        _sequence.OnEvaluate = _ => onPool.Add(Thread.CurrentThread.IsThreadPoolThread);
        Thread caller = new(() =>
        {
            IAsyncEnumerator<string> pieces = _session.GenerateAsync("a", Greedy with { MaxTokens = 3 }).GetAsyncEnumerator();
            while (pieces.MoveNextAsync().AsTask().GetAwaiter().GetResult())
            {
            }
        });
        caller.Start();
        caller.Join(Patience).ShouldBeTrue();
        onPool.ShouldBe([true, true, true]);
    }

    [Fact]
    public async Task CancellingEndsARunningStepAndTheSessionGoesOn()
    {
        using CancellationTokenSource cancellation = new();
        _sequence.OnEvaluate = token =>
        {
            if (_sequence.Calls.Count == 3)
            {
                cancellation.Cancel();
                token.WaitHandle.WaitOne(Patience).ShouldBeTrue();
            }
        };
        List<string> pieces = [];
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (string piece in _session.GenerateAsync("a", Greedy, cancellation.Token))
            {
                pieces.Add(piece);
            }
        });

        // Two steps were whole; the third one's token is still to be evaluated.
        pieces.Count.ShouldBe(2);
        _session.Position.ShouldBe(2 + 2);
        _sequence.OnEvaluate = null;
        string all = string.Concat(pieces) + string.Concat(_session.Generate("", Greedy with { MaxTokens = 5 }));
        _session.Rewind(0);
        string.Concat(_session.Generate("a", Greedy with { MaxTokens = 7 })).ShouldBe(all);
    }

    [Fact]
    public async Task CancellingTheEvaluationOfWhatWasEvaluatedBeforeLosesNothing()
    {
        _session.Evaluate([1, 5, 6]);
        using CancellationTokenSource cancellation = new();
        _sequence.OnEvaluate = _ => cancellation.Cancel();
        await Should.ThrowAsync<OperationCanceledException>(
            async () => await _session.GenerateAsync("", Greedy, cancellation.Token).GetAsyncEnumerator(TestToken).MoveNextAsync());
        _sequence.OnEvaluate = null;
        _session.Position.ShouldBe(3);

        // The forward pass refuses to go on from buffers that a cancelled call left undefined.
        _session.Evaluate([7]);
        _session.Position.ShouldBe(4);
        _sequence.Calls[^1].Position.ShouldBe(2);
    }

    [Fact]
    public async Task ACancelledTokenEvaluatesNothing()
    {
        using CancellationTokenSource cancellation = new();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(
            async () => await _session.GenerateAsync("a", Greedy, cancellation.Token).GetAsyncEnumerator(TestToken).MoveNextAsync());
        await Should.ThrowAsync<OperationCanceledException>(
            async () => await _session.GenerateAsync("a", Greedy, TestToken).GetAsyncEnumerator(cancellation.Token).MoveNextAsync());
        _sequence.Calls.ShouldBeEmpty();
        _session.Position.ShouldBe(0);
    }

    [Fact]
    public async Task ACallThatComesInWhileAnotherRunsIsRefused()
    {
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim release = new();
        _sequence.OnEvaluate = _ =>
        {
            entered.Set();
            release.Wait(Patience).ShouldBeTrue();
        };
        Task running = Task.Run(() => { _session.Evaluate([1, 2]); }, TestToken);
        entered.Wait(Patience, TestToken).ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => _session.Evaluate([3])).Message.ShouldContain("one call at a time");
        Should.Throw<InvalidOperationException>(() => _session.Rewind(0));
        Should.Throw<InvalidOperationException>(() => _session.Generate("a"));
        release.Set();
        await running;
        _sequence.OnEvaluate = null;
        _session.Position.ShouldBe(2);
        _session.Evaluate([3]);
        _sequence.Calls.Select(call => call.Position).ShouldBe([0, 2]);
    }

    /// <summary>The forward pass reads a row of the embedding an id, whatever the id is.</summary>
    [Fact]
    public async Task IdsThatAnotherThreadWritesToAreThoseThatWereChecked()
    {
        int[] ids = [.. Enumerable.Repeat(1, 100)];
        using CancellationTokenSource ended = new();
        Task writer = Task.Factory.StartNew(
            () =>
            {
                while (!ended.IsCancellationRequested)
                {
                    Volatile.Write(ref ids[50], int.MaxValue);
                    Volatile.Write(ref ids[50], 1);
                }
            },
            TestToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        for (int round = 0; round < 20_000; round++)
        {
            try
            {
                _session.Evaluate(ids);
            }
            catch (ArgumentOutOfRangeException)
            {
                // Caught in the act.
            }

            (_session.Position, _session.Tokens.IndexOfAnyExcept(1)).ShouldBeOneOf((0, -1), (ids.Length, -1));
            _session.Rewind(0);
        }

        await ended.CancelAsync();
        await writer;
    }

    [Fact]
    public async Task DisposingWaitsForTheRunningCall()
    {
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim release = new();
        _sequence.OnEvaluate = _ =>
        {
            entered.Set();
            release.Wait(Patience).ShouldBeTrue();
        };
        Task<float> running = Task.Run(() => _session.Evaluate([1, 2])[Chat.IdOf("▁abc")], TestToken);
        entered.Wait(Patience, TestToken).ShouldBeTrue();
        _session.Dispose();
        _session.Dispose();
        _sequence.IsDisposed.ShouldBeFalse();
        Should.Throw<ObjectDisposedException>(() => _session.Rewind(0));
        release.Set();
        (await running).ShouldBe(10);
        _sequence.IsDisposed.ShouldBeTrue();
        Should.Throw<ObjectDisposedException>(() => _session.Evaluate([3]));
    }

    [Fact]
    public void DisposingWhileEnumeratingEndsTheEnumerationWithAnError() =>
        Should.Throw<ObjectDisposedException>(() =>
        {
            foreach (string _ in _session.Generate("a", Greedy))
            {
                _session.Dispose();
            }
        });

    [Fact]
    public async Task ManyThreadsOnOneSessionNeverMeetInside()
    {
        int inside = 0;
        int served = 0;
        int refused = 0;
        _sequence.OnEvaluate = _ =>
        {
            Interlocked.Increment(ref inside).ShouldBe(1);
            Thread.SpinWait(200);
            Interlocked.Decrement(ref inside);
        };
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int round = 0; round < 500; round++)
            {
                try
                {
                    _session.Rewind(0);
                    _session.Evaluate([1, 2, 3]);
                    Interlocked.Increment(ref served);
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refused);
                }
                catch (ContextFullException)
                {
                    // Others evaluated between this thread's two calls.
                    Interlocked.Increment(ref refused);
                }
            }
        }, TestToken)));
        served.ShouldBeGreaterThan(0);
        (served + refused).ShouldBe(8 * 500);
        _session.Position.ShouldBeLessThanOrEqualTo(200);
    }
}
