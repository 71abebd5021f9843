using System;
using System.Collections.Generic;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Sampling;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>How a session's generation goes with what stands before the samplers.</summary>
public sealed class SessionSamplingTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();
    private static readonly GenerationOptions Greedy = new() { Temperature = 0 };

    [Fact]
    public void AProcessorSeesTheTextAndEndsTheAnswer()
    {
        using Session session = Scripted("a", "b", "c", "hello");
        session.Evaluate(Chat.IdsOf("<s>", "lo"));
        Recorder recorder = new(tokens => tokens.Length == 5);
        string.Concat(session.Generate("ab", Greedy with { LogitProcessors = [recorder] })).ShouldBe("bc");
        recorder.Seen.ShouldBe([(3, 3), (4, 3), (5, 3)]);
        session.Position.ShouldBe(5);
    }

    [Fact]
    public void WhatAProcessorThrowsComesOutAndTheSessionGoesOn()
    {
        using Session session = Scripted("a", "b", "c", "hello");
        Recorder recorder = new(tokens => tokens.Length < 4 ? false : throw new InvalidOperationException("mine"));
        List<string> pieces = [];
        Should.Throw<InvalidOperationException>(() => pieces.AddRange(session.Generate("ab", Greedy with { LogitProcessors = [recorder] })))
            .Message.ShouldBe("mine");
        session.Position.ShouldBe(4);
        session.Generate("", Greedy with { MaxTokens = 1 }).ShouldBe(["c"]);
    }

    [Fact]
    public void NoEndOfGenerationComesBeforeTheLeastNumberOfTokens()
    {
        using Session session = Scripted("a", "</s>");
        session.Generate("ab", Greedy).ShouldBe(["a"]);
        session.Rewind(0);
        string[] pieces = [.. session.Generate("ab", Greedy with { MinTokens = 3, MaxTokens = 10 })];
        session.Position.ShouldBe(2 + 3);
        pieces.Length.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public void OptionsAreTakenAtTheCall()
    {
        List<string> banned = ["a"];
        List<SamplerKind> order = [SamplerKind.Penalties];
        List<LogitProcessor> processors = [];
        Dictionary<int, float> bias = new() { [Chat.IdOf("b")] = 100 };
        using Session session = Scripted("c", "</s>");
        IEnumerable<string> pieces = session.Generate("ab", Greedy with
        {
            MaxTokens = 2, BannedTexts = banned, SamplerOrder = order, LogitProcessors = processors, LogitBias = bias,
        });
        banned[0] = "b";
        order[0] = (SamplerKind)99;
        processors.Add(null!);
        bias[-1] = float.NaN;
        string.Concat(pieces).ShouldBe("bb");
    }

    [Fact]
    public void IdsAreCheckedAgainstTheVocabularyAtTheCall()
    {
        using Session session = Scripted("a");
        int size = Chat.Tokens.Length;
        GenerationOptions options = Greedy with { LogitBias = new Dictionary<int, float> { [size] = 1 } };
        Should.Throw<ArgumentOutOfRangeException>(() => session.Generate("a", options))
            .Message.ShouldStartWith($"LogitBias names ids of the vocabulary, 0 to {size - 1}.");
    }

    private static Session Scripted(params string[] script) =>
        new(FakeSequence.Scripted(100, Chat.Tokens.Length, 2, Chat.IdsOf(script)), TestVocabulary.Open(Chat));

    private delegate bool Ends(ReadOnlySpan<int> tokens);

    private sealed class Recorder(Ends ends) : LogitProcessor
    {
        public List<(int Tokens, int PromptLength)> Seen { get; } = [];

        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
        {
            Seen.Add((tokens.Length, promptLength));
            return ends(tokens) ? LogitProcessorResult.EndGeneration : LogitProcessorResult.Continue;
        }
    }
}
