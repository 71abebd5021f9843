using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Serving;

/// <summary>Who goes first, and who waits for whom.</summary>
public sealed class EngineOrderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThoseOfAHigherPriorityGoFirst()
    {
        int[] order = await AskInOrder([0, 1, 0, 2, 1, 2]);
        order.ShouldBe([3, 5, 1, 4, 0, 2]);
    }

    /// <summary>One that eight later ones have gone before is the next, so that nobody waits for ever.</summary>
    [Fact]
    public async Task NobodyIsOvertakenForEver()
    {
        int[] order = await AskInOrder([0, .. Enumerable.Repeat(1, 20)]);
        order.ShouldBe([.. Enumerable.Range(1, 8), 0, .. Enumerable.Range(9, 12)]);
    }

    /// <summary>An answer goes on while a long prompt is read: a token each time that a chunk of it has been.</summary>
    [Theory]
    [InlineData(20, 20, 22)]
    [InlineData(100, 4, 6)]
    [InlineData(1000, 3, 5)]
    public async Task ALongPromptIsReadInChunksBesideAnAnswer(int chunk, int fewest, int most)
    {
        using CompiledDecoder model = EngineRequests.Load("tiny-llama");
        await using Engine engine = model.CreateEngine(new EngineOptions { MaxPromptChunk = chunk });
        int answered = 0;
        int answeredBefore = 0;
        int answeredMeanwhile = 0;
        Caller whenRead = new(() => answeredMeanwhile = answered - answeredBefore);
        GenerationOptions reading = new() { MaxTokens = 1, LogitProcessors = [whenRead] };
        Task<string>? prompt = null;
        GenerationOptions answering = new()
        {
            MaxTokens = 60,
            MinTokens = 60,
            LogitProcessors = [new Caller(() =>
            {
                if (++answered == 5)
                {
                    answeredBefore = answered;
                    prompt = new TestRequest(EngineRequests.Ids(model, 1, 400), reading).AskAsync(engine, cancellationToken: Token);
                }
            })],
        };
        await new TestRequest([1, 2, 3], answering).AskAsync(engine, cancellationToken: Token);
        await prompt!;
        answeredMeanwhile.ShouldBeInRange(fewest, most);
    }

    // Asks while another request is answered, one at a time, and says in which order they were.
    private static async Task<int[]> AskInOrder(int[] priorities)
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        await using Engine engine = model.CreateEngine(new EngineOptions { MaxConcurrency = 1 });
        using SemaphoreSlim gate = new(0);
        List<int> order = [];
        Task<string> first = new TestRequest([1], new GenerationOptions { MaxTokens = 1, LogitProcessors = [new Caller(gate.Wait)] })
            .AskAsync(engine, cancellationToken: Token);
        Task<string>[] others = [.. priorities.Select((priority, index) =>
            new TestRequest([1], new GenerationOptions { MaxTokens = 1, LogitProcessors = [new Caller(() => order.Add(index))] })
                .AskAsync(engine, new EngineRequestOptions { Priority = priority }, Token))];
        gate.Release();
        await first;
        await Task.WhenAll(others);
        return [.. order];
    }

    private sealed class Caller(Action action) : LogitProcessor
    {
        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
        {
            action();
            return LogitProcessorResult.Continue;
        }
    }
}
