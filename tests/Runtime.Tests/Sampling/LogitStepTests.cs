using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Sampling;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>What stands before the samplers: processors, bias, the least number of tokens; and who is named in errors.</summary>
public sealed class LogitStepTests
{
    private const float Impossible = float.NegativeInfinity;

    private static readonly GenerationOptions Greedy = new() { Temperature = 0 };

    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();

    [Fact]
    public void ProcessorsSeeTheTextAndWorkInTheirOrder()
    {
        List<string> seen = [];
        GenerationOptions options = Greedy with
        {
            LogitProcessors =
            [
                new Processor((tokens, promptLength, logits) =>
                {
                    seen.Add($"{string.Join(' ', tokens.ToArray())}|{promptLength}|{string.Join(' ', logits.ToArray())}");
                    logits[2] = 9;
                }),
                new Processor((_, _, logits) => logits[1] = logits[2] + 1),
            ],
        };
        float[] logits = [5, 1, 2, 100];
        TokenSampler sampler = Samplers.Create(options, 3);
        sampler.Sample([7, 8, 9], 2, logits).ShouldBe(1);
        seen.ShouldBe(["7 8 9|2|5 1 2"]);

        // They have a copy.
        logits.ShouldBe([5, 1, 2, 100]);
        Samplers.Create(options with { Temperature = 0.01f }, 3).Sample(logits).ShouldBe(1);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void AProcessorEndsGeneration(float temperature)
    {
        bool wasCalled = false;
        Processor ends = new((tokens, promptLength, _) =>
            tokens.Length - promptLength == 2 ? LogitProcessorResult.EndGeneration : LogitProcessorResult.Continue);
        GenerationOptions options = Greedy with
        {
            Temperature = temperature, MinTokens = 5, LogitProcessors = [ends, new Processor((_, _, _) => wasCalled = true)],
        };
        TokenSampler sampler = Samplers.Create(options, 3);
        sampler.Sample([0, 1], 0, [1, 2, 3]).ShouldBeNull();
        wasCalled.ShouldBeFalse();
        sampler.Sample([0, 1], 1, [1, 2, 3]).ShouldNotBeNull();
        wasCalled.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void WhoLeavesNoNumbersIsNamed(float temperature)
    {
        Message(float.NaN).ShouldContain("logit processor Processor (LogitProcessors[1]) left NaN as the logit of token 2");
        Message(float.PositiveInfinity).ShouldContain("left Infinity as the logit of token 2");
        Message(Impossible).ShouldContain("(LogitProcessors[1]) ruled out every token");

        string Message(float left)
        {
            GenerationOptions options = Greedy with
            {
                Temperature = temperature,
                LogitProcessors =
                [
                    new Processor((_, _, _) => { }),
                    new Processor((_, _, logits) => (left == Impossible ? logits : logits.Slice(2, 1)).Fill(left)),
                ],
            };
            return Should.Throw<ModelGenException>(() => Samplers.Create(options, 3).Sample([1, 2, 3])).Message;
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void OptionsThatLeaveNothingAreNamed(float temperature)
    {
        GenerationOptions options = Greedy with { Temperature = temperature };
        Dictionary<int, float> all = new() { [0] = Impossible, [1] = Impossible, [2] = Impossible };
        GenerationOptions ban = options with { LogitBias = all };
        Should.Throw<ModelGenException>(() => Samplers.Create(ban, 3).Sample([1, 2, 3])).Message.ShouldStartWith("LogitBias ruled out");

        // 2 ends generation.
        Should.Throw<ModelGenException>(() => Samplers.Create(options with { MinTokens = 1 }, 3).Sample([Impossible, Impossible, 1]))
            .Message.ShouldStartWith("MinTokens ruled out");
        int a = Chat.IdOf("a");
        Should.Throw<ModelGenException>(() => Samplers.Create(options with { BannedTexts = ["a"] }, Chat.Tokens.Length).Sample(Only(a)))
            .Message.ShouldStartWith("BannedTexts ruled out");
    }

    [Fact]
    public void BiasIsAddedAndBans()
    {
        GenerationOptions options = Greedy with { LogitBias = new Dictionary<int, float> { [1] = 1.5f, [2] = Impossible } };
        Samplers.Create(options, 4).Sample([1, 0, 5, -3]).ShouldBe(1);
        Samplers.Create(options, 4).Sample([1.75f, 0, 5, -3]).ShouldBe(0);

        // Under a draw, to the distribution that the sum has.
        options = new GenerationOptions
        {
            Temperature = 1, TopK = 0, TopP = 1, MinP = 0, Seed = 3,
            LogitBias = new Dictionary<int, float> { [0] = MathF.Log(3), [2] = Impossible },
        };
        TokenSampler sampler = Samplers.Create(options, 3);
        int[] drawn = [.. Enumerable.Range(0, FrequencyAssertions.Draws).Select(_ => sampler.Sample([0, 0, 7])!.Value)];
        new[] { 0, 1, 2 }.Select(id => drawn.Count(other => other == id) / (double)drawn.Length).ToArray().ShouldMatch([0.75, 0.25, 0]);
    }

    [Fact]
    public void ABiasOfAnySizeLeavesNumbers() =>
        Samplers.Create(Greedy with { LogitBias = new Dictionary<int, float> { [0] = float.MaxValue, [1] = float.MinValue } }, 2)
            .Sample([float.MaxValue, float.MinValue]).ShouldBe(0);

    [Fact]
    public void BiasComesBehindTheProcessorsAndBansStay() =>
        Samplers.Create(
            Greedy with
            {
                LogitBias = new Dictionary<int, float> { [1] = Impossible },
                LogitProcessors = [new Processor((_, _, logits) => logits[1] = 100)],
            },
            3).Sample([0, 1, 2]).ShouldBe(2);

    [Fact]
    public void EndsOfGenerationWaitForTheLeastNumberOfTokens()
    {
        float[] logits = new float[Chat.Tokens.Length];
        logits[Chat.IdOf("a")] = 1;
        logits[Chat.IdOf("</s>")] = 2;
        logits[Chat.IdOf("<|im_end|>")] = 3;
        TokenSampler sampler = Samplers.Create(Greedy with { MinTokens = 2 }, logits.Length);
        sampler.Sample([5, 5, 5], 3, logits).ShouldBe(Chat.IdOf("a"));
        sampler.Sample([5, 5, 5, 5], 3, logits).ShouldBe(Chat.IdOf("a"));
        sampler.Sample([5, 5, 5, 5, 5], 3, logits).ShouldBe(Chat.IdOf("<|im_end|>"));
    }

    private static float[] Only(int id)
    {
        float[] logits = new float[Chat.Tokens.Length];
        Array.Fill(logits, Impossible);
        logits[id] = 0;
        return logits;
    }

    private delegate LogitProcessorResult Step(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits);

    private delegate void Change(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits);

    private sealed class Processor(Step step) : LogitProcessor
    {
        public Processor(Change change)
            : this((tokens, promptLength, logits) =>
            {
                change(tokens, promptLength, logits);
                return LogitProcessorResult.Continue;
            })
        {
        }

        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits) =>
            step(tokens, promptLength, logits);
    }
}
