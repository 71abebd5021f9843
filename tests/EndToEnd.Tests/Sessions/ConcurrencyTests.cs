using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Sessions;

/// <summary>Sessions of one model at once on several threads answer as each does alone, whoever gets the worker pool.</summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class ConcurrencyTests
{
    private const int Sessions = 4;
    private const int Rounds = 3;
    private const int PromptLength = 60;
    private const int DecodedLength = 24;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task SessionsAtOnceAnswerAsEachAlone(int threadCount)
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load(new LoadOptions { ThreadCount = threadCount });
        int[][] texts = [.. Enumerable.Range(0, Sessions).Select(index => Text(index, model.Info.VocabularySize))];
        int[][][] alone = [.. texts.Select(text => Run(model, text))];

        // All start together, so that they meet at the pool in prefill and in decoding.
        using var start = new Barrier(Sessions);
        int[][][] together = await Task.WhenAll(texts.Select(text => Task.Factory.StartNew(
            () =>
            {
                int[][] bits = [];
                for (int round = 0; round < Rounds; round++)
                {
                    start.SignalAndWait();
                    bits = Run(model, text);
                }

                return bits;
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        for (int session = 0; session < Sessions; session++)
        {
            together[session].ShouldBe(alone[session], $"session {session}");
        }
    }

    private static int[][] Run(CompiledDecoder model, int[] text)
    {
        using Session session = model.CreateSession();
        int[][] bits = new int[1 + DecodedLength][];
        bits[0] = Logits.Bits(session.Evaluate(text.AsSpan(0, PromptLength)));
        for (int i = 0; i < DecodedLength; i++)
        {
            bits[1 + i] = Logits.Bits(session.Evaluate(text.AsSpan(PromptLength + i, 1)));
        }

        return bits;
    }

    private static int[] Text(int seed, int vocabularySize)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, PromptLength + DecodedLength).Select(_ => random.Next(vocabularySize))];
    }
}
