using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Serving;

/// <summary>
/// An engine's steps put nothing on the heap, however many requests they take on by a token: what they work with is there after the first ones.
/// A page of 256 positions that is full is one object more where pages are kept; streams have queues, which grow where readers are slow.
/// </summary>
public sealed class EngineAllocationTests
{
    private const int Requests = 4;
    private const int First = 20;
    private const int Last = 100;
    private const int Tokens = 230;
    private const int Attempts = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Settings => ["greedy", "drawn", "scored", "guessing"];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task ATokenAllocatesNothing(string setting)
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load(new LoadOptions { ThreadCount = 2 });
        await using Engine engine = model.CreateEngine();
        GenerationOptions options = new() { MaxTokens = Tokens, MinTokens = Tokens, LogProbabilities = setting == "scored" };
        options = setting switch
        {
            "greedy" => options with { Temperature = 0 },
            "guessing" => options with { PromptLookup = new PromptLookupOptions { NgramLength = 1 } },
            _ => options,
        };
        Meter meter = new();
        long lowest = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && lowest > 0; attempt++)
        {
            // All of them take their steps together. One of them looks, and is the first to end, however well the others guess.
            GenerationOptions metered = options with { Seed = 0, MaxTokens = Last + 1, MinTokens = Last + 1, LogitProcessors = [meter] };
            await Task.WhenAll(Enumerable.Range(0, Requests).Select(
                index => Ask(engine, index == 0 ? metered : options with { Seed = (ulong)index })));
            lowest = Math.Min(lowest, meter.Bytes);
        }

        lowest.ShouldBe(0);
    }

    private static async Task Ask(Engine engine, GenerationOptions options)
    {
        int count = 0;
        await foreach (GeneratedToken token in engine.GenerateTokensAsync("Once upon a time", options, cancellationToken: Token))
        {
            count++;
        }

        count.ShouldBe(options.MaxTokens);
    }

    // Processors are called by the engine's thread.
    private sealed class Meter : LogitProcessor
    {
        private long _before;

        public long Bytes { get; private set; }

        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            int generated = tokens.Length - promptLength;
            if (generated == First)
            {
                _before = now;
            }
            else if (generated == Last)
            {
                Bytes = now - _before;
            }

            return LogitProcessorResult.Continue;
        }
    }
}
