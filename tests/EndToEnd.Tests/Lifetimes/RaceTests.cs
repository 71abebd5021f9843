using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Lifetimes;

/// <summary>
/// Threads that create, use, dispose and drop models, sessions and tokenizers at the same time, while another one collects. What is there
/// answers right; what is gone says so.
/// </summary>
public sealed class RaceTests : IDisposable
{
    private const int Threads = 4;
    private const int Rounds = 100;

    private readonly int[] _expected;
    private readonly IReadOnlyList<int> _ids;
    private readonly string _generated;
    private readonly string _answered;
    private readonly Lifetime.Collector _collector;

    public RaceTests()
    {
        Lifetime.SkipUnlessChild();
        using CompiledDecoder model = Lifetime.Load();
        _expected = Lifetime.Answer(model, Lifetime.Text);
        _ids = model.Tokenizer.EncodeToIds(Lifetime.Prompt);
        using Session session = model.CreateSession();
        _generated = string.Concat(session.Generate(Lifetime.Prompt, Lifetime.Greedy));
        session.Rewind(0);
        _answered = string.Concat(session.Chat(Lifetime.Messages, new ChatOptions { Generation = Lifetime.Greedy }));
        _collector = new Lifetime.Collector();
    }

    private static CancellationToken TestToken => TestContext.Current.CancellationToken;

    public void Dispose() => _collector?.Dispose();

    [Fact]
    public async Task SessionsComeAndGo()
    {
        using CompiledDecoder model = Lifetime.Load();
        await OnThreads(thread =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                ReadOnlySpan<float> logits = Evaluate(model, isDisposed: (round + thread) % 2 == 0);
                Lifetime.Answer(model, Lifetime.OtherText);
                Logits.Bits(logits).ShouldBe(_expected);
            }
        });
    }

    /// <summary>Threads create sessions of a model until it is gone; those that they have go on.</summary>
    [Fact]
    public async Task AModelGoesWhileSessionsAreCreated()
    {
        for (int round = 0; round < Rounds; round++)
        {
            CompiledDecoder model = Lifetime.Load();
            using Barrier start = new(Threads + 1);
            Task users = OnThreads(thread =>
            {
                start.SignalAndWait(TestToken);
                Session? last = null;
                try
                {
                    while (true)
                    {
                        Session next = model.CreateSession();
                        last?.Dispose();
                        last = next;
                        Logits.Bits(last.Evaluate(Lifetime.Text)).ShouldBe(_expected);
                    }
                }
                catch (ObjectDisposedException)
                {
                    if (last is not null)
                    {
                        last.Rewind(0);
                        Logits.Bits(last.Evaluate(Lifetime.Text)).ShouldBe(_expected);
                        last.Dispose();
                    }
                }
            });
            start.SignalAndWait(TestToken);
            Thread.SpinWait(round * 2000);
            model.Dispose();
            model.Dispose();
            await users;
        }
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("generate")]
    [InlineData("chat")]
    public async Task ASessionGoesWhileItIsUsed(string call)
    {
        using CompiledDecoder model = Lifetime.Load();
        for (int round = 0; round < Rounds; round++)
        {
            Session session = model.CreateSession();
            using Barrier start = new(3);
            Task user = Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(TestToken);
                    try
                    {
                        while (true)
                        {
                            session.Rewind(0);
                            Use(session, call);
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        // The one way in which the loop ends.
                    }
                },
                TestToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            await Task.WhenAll(user, DisposeLater(), DisposeLater());

            Task DisposeLater() => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(TestToken);
                    Thread.SpinWait(round * 1000);
                    session.Dispose();
                },
                TestToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
    }

    /// <summary>Nobody holds any of them: what a call needs must last as long as the call.</summary>
    [Fact]
    public async Task CallsOfWhatNobodyHoldsAreWhole() => await OnThreads(thread =>
    {
        for (int round = 0; round < Rounds / 2; round++)
        {
            Logits.Bits(Lifetime.Load().CreateSession().Evaluate(Lifetime.Text)).ShouldBe(_expected);
            string.Concat(Lifetime.Load().CreateSession().Generate(Lifetime.Prompt, Lifetime.Greedy)).ShouldBe(_generated);
            Lifetime.Load().Tokenizer.Decode(_ids).ShouldBe(Lifetime.Prompt);
            Lifetime.Load().Tokenizer.EncodeToIds(Lifetime.Prompt).ShouldBe(_ids);
            Tokenizer.Load(Lifetime.GgufPath).EncodeToIds(Lifetime.Prompt).ShouldBe(_ids);
            Tokenizer.Load(Lifetime.GgufPath).CountTokens(Lifetime.Prompt).ShouldBe(_ids.Count);
            Tokenizer.Load(Lifetime.GgufPath).IsEndOfGeneration(_ids[^1]).ShouldBeFalse();
        }
    });

    [Fact]
    public async Task AModelGoesWhileItsTokenizerIsUsed()
    {
        for (int round = 0; round < Rounds / 4; round++)
        {
            Tokenizer tokenizer = Open(round % 2 == 0, out Action dispose);
            Task users = OnThreads(thread =>
            {
                for (int call = 0; call < 50; call++)
                {
                    tokenizer.EncodeToIds(Lifetime.Prompt).ShouldBe(_ids);
                    tokenizer.Decode(_ids).ShouldBe(Lifetime.Prompt);
                }
            });
            dispose();
            await users;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Tokenizer Open(bool isMapped, out Action dispose)
        {
            CompiledDecoder model = isMapped ? Lifetime.Load() : Lifetime.Compile().Load();
            dispose = model.Dispose;
            return model.Tokenizer;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ReadOnlySpan<float> Evaluate(CompiledDecoder model, bool isDisposed)
    {
        Session session = model.CreateSession();
        ReadOnlySpan<float> logits = session.Evaluate(Lifetime.Text);
        if (isDisposed)
        {
            session.Dispose();
        }

        return logits;
    }

    private static Task OnThreads(Action<int> action) => Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
        () => action(thread), TestToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private void Use(Session session, string call)
    {
        switch (call)
        {
            case "evaluate":
                ReadOnlySpan<float> logits = session.Evaluate(Lifetime.Text);
                Logits.Bits(logits).ShouldBe(_expected);
                break;
            case "generate":
                string.Concat(session.Generate(Lifetime.Prompt, Lifetime.Greedy)).ShouldBe(_generated);
                break;
            case "chat":
                string.Concat(session.Chat(Lifetime.Messages, new ChatOptions { Generation = Lifetime.Greedy })).ShouldBe(_answered);
                break;
        }
    }
}
