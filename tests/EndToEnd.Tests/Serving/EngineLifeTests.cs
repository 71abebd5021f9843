using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Serving;

/// <summary>Requests that end otherwise than by their answer, and engines that are disposed.</summary>
public sealed class EngineLifeTests
{
    private static readonly GenerationOptions Endless = new() { MaxTokens = int.MaxValue, Temperature = 0 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tiny-llama")]
    [InlineData("qwen35")]
    public async Task AStormOfCancellationsLeavesTheOthersAsTheyAre(string name)
    {
        using CompiledDecoder model = EngineRequests.Load(name);
        TestRequest[] requests = EngineRequests.OfEverySort(model, count: 12, longestPrompt: 300);
        string[] alone = [.. requests.Select(request => request.AskAlone(model))];
        await using Engine engine = model.CreateEngine(new EngineOptions { MaxConcurrency = 5, MaxPromptChunk = 40, QueueLimit = 1000 });
        Random random = new(3);
        int cancelled = 0;
        Task[] storm = [.. Enumerable.Range(0, 60).Select(index => GiveUp(requests[index % 12], random.Next(60), isLeft: index % 2 == 0))];
        string[] answers = await Task.WhenAll(requests.Select(request => request.AskAsync(engine, cancellationToken: Token)));
        await Task.WhenAll(storm);
        answers.ShouldBe(alone);
        cancelled.ShouldBeGreaterThan(5);
        await Eventually(() => engine.Statistics is { Running: 0, Waiting: 0 } idle && idle.UsedBytes == idle.CachedBytes);

        async Task GiveUp(TestRequest request, int milliseconds, bool isLeft)
        {
            using CancellationTokenSource source = new();
            source.CancelAfter(milliseconds);
            try
            {
                int left = milliseconds / 4;
                await foreach (GeneratedToken token in engine.GenerateTokensAsync(request.Prompt, Endless, cancellationToken: source.Token))
                {
                    if (isLeft && left-- == 0)
                    {
                        return;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref cancelled);
            }
        }
    }

    [Fact]
    public async Task WhatGoesWrongInOneRequestEndsThatOneAlone()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        await using Engine engine = model.CreateEngine();
        TestRequest[] requests = EngineRequests.OfEverySort(model, count: 6, longestPrompt: 60);
        string[] alone = [.. requests.Select(request => request.AskAlone(model))];
        GenerationOptions bad = new() { MaxTokens = 30, LogitProcessors = [new Thrower(after: 4)] };

        // It fails where a token is chosen, which several requests do at the same time.
        GenerationOptions impossible = new()
        {
            LogitBias = Enumerable.Range(0, model.Tokenizer.VocabularySize).ToDictionary(id => id, _ => float.NegativeInfinity),
        };
        Task<ModelGenException> nothing = Should.ThrowAsync<ModelGenException>(
            () => new TestRequest(requests[1].Prompt, impossible).AskAsync(engine, cancellationToken: Token));
        Task<string[]> others = Task.WhenAll(requests.Select(request => request.AskAsync(engine, cancellationToken: Token)));
        List<GeneratedToken> tokens = [];
        InvalidTimeZoneException error = await Should.ThrowAsync<InvalidTimeZoneException>(async () =>
        {
            await foreach (GeneratedToken token in engine.GenerateTokensAsync(requests[0].Prompt, bad, cancellationToken: Token))
            {
                tokens.Add(token);
            }
        });
        error.Message.ShouldBe("thrown");
        tokens.Count.ShouldBeLessThanOrEqualTo(4);
        (await nothing).Message.ShouldContain("LogitBias");
        (await others).ShouldBe(alone);
    }

    [Fact]
    public async Task AFullEngineSaysSo()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        await using Engine engine = model.CreateEngine(new EngineOptions { MaxConcurrency = 1, QueueLimit = 1 });
        using SemaphoreSlim gate = new(0);
        GenerationOptions held = new() { MaxTokens = 3, LogitProcessors = [new Holder(gate)] };
        Task<string> running = new TestRequest([1, 2], held).AskAsync(engine, cancellationToken: Token);
        Task<string> waiting = new TestRequest([1, 3], new GenerationOptions { MaxTokens = 3 }).AskAsync(engine, cancellationToken: Token);
        EngineFullException error = await Should.ThrowAsync<EngineFullException>(
            () => new TestRequest([1, 4], new GenerationOptions { MaxTokens = 3 }).AskAsync(engine, cancellationToken: Token));
        error.Message.ShouldContain("QueueLimit");
        gate.Release(3);
        await running;
        await waiting;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DisposingEndsWhatRunsAndWhatWaits(bool asynchronously)
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        Engine engine = model.CreateEngine(new EngineOptions { MaxConcurrency = 2 });
        using SemaphoreSlim gate = new(0);
        ConcurrentBag<Exception> errors = [];
        Task[] requests = [.. Enumerable.Range(0, 5).Select(async index =>
        {
            try
            {
                await new TestRequest([1, index], new GenerationOptions { LogitProcessors = [new Holder(gate)] })
                    .AskAsync(engine, cancellationToken: Token);
            }
            catch (ObjectDisposedException error)
            {
                errors.Add(error);
            }
        })];
        await Eventually(() => engine.Statistics is { Running: > 0 } statistics && statistics.Running + statistics.Waiting == 5);
        Task disposing = asynchronously ? engine.DisposeAsync().AsTask() : Task.Run(engine.Dispose, Token);
        await Eventually(() => IsDisposed(engine));
        gate.Release(1000);
        await disposing;
        await Task.WhenAll(requests);
        errors.Count.ShouldBe(5);
        engine.Dispose();
        await engine.DisposeAsync();
        IsDisposed(engine).ShouldBeTrue();
    }

    [Fact]
    public void ArgumentsAreCheckedAtTheCall()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        using Engine engine = model.CreateEngine();
        int size = model.Info.VocabularySize;
        Should.Throw<ArgumentException>(() => Ask(engine));
        Should.Throw<ArgumentOutOfRangeException>(() => Ask(engine, -1));
        Should.Throw<ArgumentOutOfRangeException>(() => Ask(engine, size));
        Should.Throw<ContextFullException>(() => Ask(engine, new int[model.Info.ContextLength + 1]));
        Should.Throw<ArgumentOutOfRangeException>(
            () => engine.GenerateAsync("a", new GenerationOptions { MaxTokens = 0 }, cancellationToken: Token));
        Should.Throw<ArgumentNullException>(() => engine.GenerateAsync((string)null!, cancellationToken: Token));
        foreach ((EngineOptions options, string name) in new[]
        {
            (new EngineOptions { MaxConcurrency = 0 }, "MaxConcurrency"), (new EngineOptions { QueueLimit = -1 }, "QueueLimit"),
            (new EngineOptions { MaxPromptChunk = 0 }, "MaxPromptChunk"), (new EngineOptions { MemoryLimit = 0 }, "MemoryLimit"),
        })
        {
            Should.Throw<ArgumentOutOfRangeException>(() => model.CreateEngine(options)).Message.ShouldContain(name);
        }
    }

    [Fact]
    public async Task AnEngineOutlivesItsModelsDisposal()
    {
        CompiledDecoder model = TruthModel.Demo.Compile().Load();
        TestRequest request = new([1, 5, 9], new GenerationOptions { MaxTokens = 10, Seed = 1 });
        string alone = request.AskAlone(model);
        await using Engine engine = model.CreateEngine();
        model.Dispose();
        (await request.AskAsync(engine, cancellationToken: Token)).ShouldBe(alone);
        Should.Throw<ObjectDisposedException>(() => model.CreateEngine());
    }

    private static async Task Eventually(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, Token);
        }
    }

    private static GeneratedTokenStream Ask(Engine engine, params int[] ids) => engine.GenerateTokensAsync(ids, cancellationToken: Token);

    private static bool IsDisposed(Engine engine)
    {
        try
        {
            engine.GenerateTokensAsync("a", cancellationToken: Token);
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private sealed class Thrower(int after) : LogitProcessor
    {
        private int _left = after;

        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits) =>
            _left-- > 0 ? LogitProcessorResult.Continue : throw new InvalidTimeZoneException("thrown");
    }

    private sealed class Holder(SemaphoreSlim gate) : LogitProcessor
    {
        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
        {
            gate.Wait();
            return LogitProcessorResult.Continue;
        }
    }
}
