using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Sampling;
using ModelGen.Tests.Shared;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>With everything on a token allocates nothing once each state of the banned texts was met.</summary>
public sealed class SamplingAllocationTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();

    private static readonly GenerationOptions Everything = new()
    {
        Temperature = 1.5f,
        TopK = 200,
        TypicalP = 0.95f,
        TopNSigma = 3,
        MinTokens = 100,
        Seed = 1,
        Xtc = new XtcOptions(),
        Dry = new DryOptions { SequenceBreakers = ["hello", "\n"] },
        Penalties = new PenaltyOptions { Repetition = 1.1f, Frequency = 0.1f, Presence = 0.1f },
        DynamicTemperature = new DynamicTemperatureOptions(),
        LogitBias = new Dictionary<int, float> { [5] = 1, [6] = float.NegativeInfinity },
        BannedTexts = ["hello", "abcab"],
        LogitProcessors = [new Nothing()],
    };

    public static TheoryData<string> Names => ["all", "greedy", "mirostat 1", "mirostat 2", "adaptive"];

    [Theory]
    [MemberData(nameof(Names))]
    public void SamplingAllocatesNothing(string name)
    {
        GenerationOptions options = name switch
        {
            "greedy" => Everything with { Temperature = 0 },
            "mirostat 1" => Everything with { Mirostat = new MirostatOptions { Version = 1 } },
            "mirostat 2" => Everything with { Mirostat = new MirostatOptions() },
            "adaptive" => Everything with { DynamicTemperature = null, AdaptiveTemperature = new AdaptiveTemperatureOptions() },
            _ => Everything,
        };
        float[] logits = [.. Enumerable.Range(0, Chat.Tokens.Length).Select(id => MathF.Sin(id) * 5)];
        TokenSampler sampler = Samplers.Create(options, logits.Length);

        // The text goes on as an answer does.
        int[] text = new int[1000];
        int length = 3;
        AllocationMeter.BytesAllocatedBy(() =>
        {
            for (int round = 0; round < 30; round++)
            {
                text[length] = sampler.Sample(text.AsSpan(0, length), 3, logits)!.Value;
                length++;
            }
        }).ShouldBe(0);
    }

    private sealed class Nothing : LogitProcessor
    {
        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits) =>
            LogitProcessorResult.Continue;
    }
}
