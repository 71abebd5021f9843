using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Processors;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Serving;

/// <summary>What an engine remembers of earlier texts saves reading, changes no bit, and stays within its memory.</summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class PrefixCacheTests
{
    private const int PagePositions = 256;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Models that remember all positions or a window of them: a text can part from another one anywhere.</summary>
    public static TheoryData<string> OfPositions => ["tiny-llama", "gemma2", "deepseek2-lite"];

    /// <summary>Models with states of a fixed size: there are those of the ends of pages and of texts.</summary>
    public static TheoryData<string> OfStates => ["lfm2", "qwen35", "mamba2", "rwkv7", "kimi-linear"];

    [Theory]
    [MemberData(nameof(OfPositions))]
    public async Task OnlyWhatIsNewIsRead(string name)
    {
        using CompiledDecoder model = EngineRequests.Load(name);
        await using Engine engine = model.CreateEngine();
        int[] system = EngineRequests.Ids(model, 1, 600);
        (await AskAsync(model, engine, [.. system, 5, 6, 7])).ShouldBe(0);

        // The same prompt again, of which the last token is read in any case; another one that begins alike; and one with less.
        (await AskAsync(model, engine, [.. system, 5, 6, 7])).ShouldBe(602);
        (await AskAsync(model, engine, [.. system, 8, 9])).ShouldBe(600);
        (await AskAsync(model, engine, system[..300])).ShouldBe(299);
        (await AskAsync(model, engine, [system[0] + 1, .. system[1..]])).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(OfStates))]
    public async Task WithStatesItGoesOnFromTheEndOfAPageOrText(string name)
    {
        using CompiledDecoder model = EngineRequests.Load(name);
        await using Engine engine = model.CreateEngine();
        int[] system = EngineRequests.Ids(model, 1, 600);
        (await AskAsync(model, engine, [.. system, 5, 6, 7])).ShouldBe(0);
        (await AskAsync(model, engine, [.. system, 8, 9])).ShouldBe(2 * PagePositions);

        // A conversation goes on from its last turn.
        using Session session = model.CreateSession();
        session.Generate([.. system, 8, 9], Options).Count().ShouldBePositive();
        int[] turns = session.Tokens.ToArray();
        (await AskAsync(model, engine, [.. turns, 3, 4, 5])).ShouldBe(turns.Length - 1);
    }

    [Fact]
    public async Task WithoutItAllIsRead()
    {
        using CompiledDecoder model = EngineRequests.Load("tiny-llama");
        await using Engine engine = model.CreateEngine(new EngineOptions { PrefixCache = false });
        int[] system = EngineRequests.Ids(model, 1, 300);
        (await AskAsync(model, engine, system)).ShouldBe(0);
        (await AskAsync(model, engine, system)).ShouldBe(0);
        engine.Statistics.ShouldSatisfyAllConditions(
            statistics => statistics.CachedBytes.ShouldBe(0), statistics => statistics.UsedBytes.ShouldBe(0));
    }

    /// <summary>
    /// Requests whose texts part from each other's in many places, in so little memory that what is kept goes and requests give way: the
    /// answers are those of sessions alone all the same.
    /// </summary>
    [Theory]
    [InlineData("tiny-llama")]
    [InlineData("gemma2")]
    [InlineData("lfm2")]
    [InlineData("qwen35")]
    [InlineData("rwkv7")]
    public async Task LittleMemoryChangesNoBit(string name)
    {
        using CompiledDecoder model = EngineRequests.Load(name);
        Random random = new(7);
        int[] trunk = EngineRequests.Ids(model, 1, 700);
        TestRequest[] requests = [.. Enumerable.Range(0, 14).Select(index => new TestRequest(
            [.. trunk[..random.Next(1, 600)], .. EngineRequests.Ids(model, 100 + index, 1 + random.Next(40))],
            new GenerationOptions { MaxTokens = 40 + 60 * (index % 5), Temperature = index % 3, Seed = (ulong)index, MinTokens = 40 }))];
        string[] alone = [.. requests.Select(request => request.AskAlone(model))];

        // Twice what the longest text takes.
        int longest = requests.Max(request => request.Prompt.Length + request.Options.MaxTokens);
        long limit = await BytesOfAsync(model, longest) * 2;
        await using Engine engine = model.CreateEngine(new EngineOptions { MaxConcurrency = 6, MemoryLimit = limit });
        List<EngineStatistics> seen = [];
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task watching = WatchAsync();
        for (int round = 0; round < 2; round++)
        {
            string[] answers = await Task.WhenAll(requests.Select(request => request.AskAsync(engine, cancellationToken: Token)));
            answers.ShouldBe(alone);
        }

        await done.CancelAsync();
        await watching;
        seen.ShouldAllBe(statistics => statistics.UsedBytes <= limit);

        async Task WatchAsync()
        {
            while (!done.IsCancellationRequested)
            {
                seen.Add(engine.Statistics);
                await Task.Delay(1, CancellationToken.None);
            }
        }
    }

    [Fact]
    public async Task ARequestThatGrowsMakesALaterOneGiveWay()
    {
        using CompiledDecoder model = EngineRequests.Load("tiny-llama");
        TestRequest[] requests = [.. Enumerable.Range(0, 3).Select(index => new TestRequest(
            EngineRequests.Ids(model, index, 100), new GenerationOptions { MaxTokens = 600, MinTokens = 600, Seed = (ulong)index }))];
        string[] alone = [.. requests.Select(request => request.AskAlone(model))];
        await using Engine engine = model.CreateEngine(new EngineOptions { MemoryLimit = await BytesOfAsync(model, 5 * PagePositions - 100) });
        (await Task.WhenAll(requests.Select(request => request.AskAsync(engine, cancellationToken: Token)))).ShouldBe(alone);
        engine.Statistics.Preemptions.ShouldBePositive();
    }

    [Fact]
    public async Task ATextThatDoesNotFitIsAnErrorOfItsOwn()
    {
        using CompiledDecoder model = EngineRequests.Load("tiny-llama");
        await using Engine engine = model.CreateEngine(new EngineOptions { MemoryLimit = await BytesOfAsync(model, PagePositions) });
        TestRequest large = new(EngineRequests.Ids(model, 1, 300), new GenerationOptions { MaxTokens = 5, Seed = 1 });
        TestRequest small = new(EngineRequests.Ids(model, 2, 30), new GenerationOptions { MaxTokens = 5, Seed = 1 });
        Task<string> other = small.AskAsync(engine, cancellationToken: Token);
        ModelGenException error = await Should.ThrowAsync<ModelGenException>(() => large.AskAsync(engine, cancellationToken: Token));
        error.Message.ShouldContain("MemoryLimit");
        (await other).ShouldBe(small.AskAlone(model));
        (await small.AskAsync(engine, cancellationToken: Token)).ShouldBe(small.AskAlone(model));
    }

    private static GenerationOptions Options => new() { MaxTokens = 20, MinTokens = 20, Seed = 3, Temperature = 1.5f };

    // Asks, compares with a session alone, and says how many tokens were remembered.
    private static async Task<int> AskAsync(CompiledDecoder model, Engine engine, int[] prompt)
    {
        TestRequest request = new(prompt, Options);
        (string facts, GenerationEnd end) = await request.AskForEndAsync(engine, request: null, Token);
        facts.ShouldBe(request.AskAlone(model));
        return end.CachedTokens;
    }

    // What a text of so many positions takes.
    private static async Task<long> BytesOfAsync(CompiledDecoder model, int positions)
    {
        await using Engine engine = model.CreateEngine(new EngineOptions { PrefixCache = false });
        Meter meter = new(engine);
        TestRequest request = new(EngineRequests.Ids(model, 1, positions), new GenerationOptions { MaxTokens = 1, LogitProcessors = [meter] });
        await request.AskAsync(engine, cancellationToken: Token);
        return meter.UsedBytes;
    }

    private sealed class Meter(Engine engine) : LogitProcessor
    {
        public long UsedBytes { get; private set; }

        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
        {
            UsedBytes = engine.Statistics.UsedBytes;
            return LogitProcessorResult.Continue;
        }
    }
}
