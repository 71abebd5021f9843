using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Serving;

/// <summary>Whatever else an engine is doing, each request gets, to the bit, what a session alone gives.</summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class EngineBitsTests
{
    /// <summary>Models that remember all positions, a window of them, and states of a fixed size.</summary>
    public static MatrixTheoryData<string, int> ModelsAndThreads =>
        new(["tiny-llama", "gemma2", "lfm2", "qwen35", "mamba2", "rwkv7", "deepseek2-lite", "kimi-linear"], [1, 2]);

    [Theory]
    [MemberData(nameof(ModelsAndThreads))]
    public async Task EachAnswerIsThatOfASessionAlone(string name, int threadCount)
    {
        using CompiledDecoder model = EngineRequests.Load(name, threadCount);
        TestRequest[] requests = EngineRequests.OfEverySort(model, count: 24, longestPrompt: 400);
        string[] alone = [.. requests.Select(request => request.AskAlone(model))];
        using Engine engine = model.CreateEngine(new EngineOptions { MaxConcurrency = 7, MaxPromptChunk = 48 });
        string[] together = await AskStaggered(engine, requests, seed: 1);
        together.ShouldBe(alone);
        engine.Statistics.ShouldSatisfyAllConditions(
            statistics => statistics.Running.ShouldBe(0), statistics => statistics.Waiting.ShouldBe(0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task SessionsBesideItChangeNothing(int threadCount)
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load(new LoadOptions { ThreadCount = threadCount });
        TestRequest[] requests = EngineRequests.OfEverySort(model, count: 16, longestPrompt: 150);
        string[] alone = [.. requests.Select(request => request.AskAlone(model))];
        await using Engine engine = model.CreateEngine(new EngineOptions { MaxPromptChunk = 20 });
        Task<string>[] sessions = [.. requests.Take(3).Select(request => Task.Factory.StartNew(
            () => request.AskAlone(model), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        (await AskStaggered(engine, requests, seed: 2)).ShouldBe(alone);
        (await Task.WhenAll(sessions)).ShouldBe(alone[..3]);
    }

    [Fact]
    public async Task TextAndConversationsAreTheSameToo()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        await using Engine engine = model.CreateEngine();
        GenerationOptions options = new() { MaxTokens = 30, Seed = 4 };
        using Session session = model.CreateSession();
        List<string> pieces = [];
        await foreach (string piece in engine.GenerateAsync(
            "Once upon a time", options, cancellationToken: TestContext.Current.CancellationToken))
        {
            pieces.Add(piece);
        }

        pieces.ShouldBe(session.Generate("Once upon a time", options));
    }

    private static Task<string[]> AskStaggered(Engine engine, TestRequest[] requests, int seed)
    {
        Random random = new(seed);
        return Task.WhenAll(requests.Select(request => Ask(request, random.Next(40), random.Next(3))));

        async Task<string> Ask(TestRequest request, int milliseconds, int priority)
        {
            await Task.Delay(milliseconds);
            return await request.AskAsync(engine, new EngineRequestOptions { Priority = priority }, TestContext.Current.CancellationToken);
        }
    }
}
