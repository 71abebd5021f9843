using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Lifetimes;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>An encoder that is disposed, dropped or cancelled while calls are under way: they are whole, and what comes later says so.</summary>
public sealed class EncoderLifeTests
{
    private const int Threads = 3;
    private const int Rounds = 40;

    private static readonly int[] Text = [.. Enumerable.Range(0, 300).Select(index => 3 + index % 100)];

    private static CancellationToken TestToken => TestContext.Current.CancellationToken;

    [Fact]
    public void ADisposedModelSaysSo()
    {
        CompiledEncoder model = Load();
        model.Dispose();
        model.Dispose();
        Should.Throw<ObjectDisposedException>(() => model.VectorsOf([Text]));
        Should.Throw<ObjectDisposedException>(() => model.TokensOf(Text));
    }

    [Fact]
    public async Task AModelGoesWhileTextsAreEmbedded()
    {
        int[] expected = Answer(Load());
        for (int round = 0; round < Rounds; round++)
        {
            CompiledEncoder model = Load();
            using Barrier start = new(Threads + 1);
            Task users = Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(TestToken);
                    try
                    {
                        while (true)
                        {
                            Answer(model).ShouldBe(expected);
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        // The one way in which the loop ends.
                    }
                },
                TestToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            start.SignalAndWait(TestToken);
            Thread.SpinWait(round * 2000);
            model.Dispose();
            await users;
        }
    }

    /// <summary>Nobody holds the model: what a call needs must last as long as the call.</summary>
    [Fact]
    public async Task CallsOfWhatNobodyHoldsAreWhole()
    {
        int[] expected = Answer(Load());
        using var ended = new CancellationTokenSource();
        Task collector = Task.Run(
            () =>
            {
                while (!ended.IsCancellationRequested)
                {
                    Lifetime.Collect();
                }
            },
            TestToken);
        for (int round = 0; round < Rounds; round++)
        {
            Answer(Load()).ShouldBe(expected);
            Dropped().ShouldBe(expected);
        }

        ended.Cancel();
        await collector;
    }

    [Fact]
    public void CancellingAtAnyMomentLeavesTheModelUsable()
    {
        using CompiledEncoder model = Load();
        int[] expected = Answer(model);
        int[][] texts = [.. Enumerable.Repeat(Text, 20)];
        for (int moment = 0; moment < Rounds; moment++)
        {
            using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(0.25 * moment));
            try
            {
                model.Embed(texts, cancellationToken: source.Token).Select(vector => Logits.Bits(vector)).ShouldAllBe(bits => bits.SequenceEqual(expected));
            }
            catch (OperationCanceledException)
            {
                source.IsCancellationRequested.ShouldBeTrue();
            }

            Answer(model).ShouldBe(expected);
        }
    }

    /// <summary>Texts of waiting callers go along with those of the one whose turn it is: what ends one call is nothing to the others.</summary>
    [Fact]
    public async Task WhoIsCancelledEndsNobodyElsesCall()
    {
        using CompiledEncoder model = Load();
        int[] shortText = Text[..20];
        int[] expected = Logits.Bits(model.VectorsOf([shortText])[0]);
        using var ended = new CancellationTokenSource();
        Task cancelled = Task.Run(
            () =>
            {
                for (int moment = 0; !ended.IsCancellationRequested; moment++)
                {
                    using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(0.25 * (moment % Rounds)));
                    try
                    {
                        model.Embed([.. Enumerable.Repeat(shortText, 50)], cancellationToken: source.Token);
                    }
                    catch (OperationCanceledException)
                    {
                        source.IsCancellationRequested.ShouldBeTrue();
                    }
                }
            },
            TestToken);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(
            () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    Logits.Bits(model.VectorsOf([shortText])[0]).ShouldBe(expected);
                }
            },
            TestToken)));
        ended.Cancel();
        await cancelled;
    }

    private static CompiledEncoder Load() => GoldenModel.Find("modern-bert").Compile().LoadEncoder(options: new LoadOptions { ThreadCount = 2 });

    private static int[] Answer(CompiledEncoder model) => Logits.Bits(model.VectorsOf([Text])[0]);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int[] Dropped() => Logits.Bits(Load().TokensOf(Text)[0]);
}
