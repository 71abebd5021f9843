using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Generation;

/// <summary>Several answers to one prompt: each is what a session alone gives, and the session holds the prompt.</summary>
public sealed class AnswerTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();
    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Chat);
    private static readonly GenerationOptions Sampled = new()
    {
        Temperature = 2, Seed = 40, MaxTokens = 30, StopSequences = ["ll"], Alternatives = 1,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(200)]
    public void EachAnswerIsWhatASessionAloneGives(int count)
    {
        using Session session = Open(out FakeSequence sequence);
        session.Evaluate(Chat.IdsOf("<s>", "▁a"));
        IReadOnlyList<GeneratedAnswer> answers = Answers(session, "b hello", count, Sampled);
        answers.Count.ShouldBe(count);
        for (int index = 0; index < count; index++)
        {
            using Session alone = Open(out _);
            alone.Evaluate(Chat.IdsOf("<s>", "▁a"));
            GeneratedTokens expected = alone.GenerateTokens("b hello", Sampled with { Seed = 40 + (ulong)index });
            GeneratedToken[] tokens = [.. expected];
            GeneratedAnswer answer = answers[index];
            answer.Seed.ShouldBe(40 + (ulong)index);
            answer.Tokens.Select(Facts).ShouldBe(tokens.Select(Facts));
            answer.Text.ShouldBe(string.Concat(tokens.Select(token => token.Text)));
            answer.LogProbability.ShouldBe(tokens.Sum(token => token.LogProbability!.Value), 1e-9);
            (answer.End.Reason, answer.End.StopSequence, answer.End.PromptTokens, answer.End.GeneratedTokens)
                .ShouldBe((expected.End!.Reason, expected.End.StopSequence, expected.End.PromptTokens, expected.End.GeneratedTokens));
        }

        // The prompt was evaluated once, but for its last token, and is what the session goes on from.
        sequence.Calls.Count.ShouldBe(2);
        session.Tokens.ToArray().ShouldBe([.. Chat.IdsOf("<s>", "▁a"), .. Chat.IdsOf("b", "▁hello")]);
        session.Generate("", Sampled).ShouldBe(answers[0].Tokens.Select(token => token.Text).Where(text => text.Length > 0));
    }

    [Fact]
    public void TheBestIsTheOneWithTheHighestMean()
    {
        using Session session = Open(out _);
        IReadOnlyList<GeneratedAnswer> answers = Answers(session, "a", 20, Sampled);
        GeneratedAnswer best = answers.MaxBy(answer => answer.MeanLogProbability)!;
        double[] means = [.. answers.Where(answer => answer.Tokens.Count > 0)
            .Select(answer => answer.Tokens.Average(token => token.LogProbability!.Value))];
        best.MeanLogProbability.ShouldBe(means.Max(), 1e-9);
        answers.Select(answer => answer.Text).Distinct().Count().ShouldBeGreaterThan(10);
    }

    [Fact]
    public void AnAnswerWithoutTokensIsNeverTheBest()
    {
        using Session session = new(FakeSequence.Choosing(20, Chat.Tokens.Length, _ => Chat.IdOf("</s>")), Tokenizer);
        GeneratedAnswer answer = Answers(session, "a", 1, new GenerationOptions { Temperature = 0 })[0];
        (answer.Text, answer.LogProbability, answer.MeanLogProbability).ShouldBe(("", 0, double.NegativeInfinity));
        answer.End.Reason.ShouldBe(GenerationEndReason.EndToken);
    }

    [Fact]
    public void WithoutASeedAnswersTellTheirs()
    {
        using Session session = Open(out _);
        IReadOnlyList<GeneratedAnswer> answers = Answers(session, "a", 3, Sampled with { Seed = null });
        foreach (GeneratedAnswer answer in answers)
        {
            session.Rewind(0);
            string.Concat(session.Generate("a", Sampled with { Seed = answer.Seed })).ShouldBe(answer.Text);
        }

        // Seeds count up past the highest one.
        session.Rewind(0);
        Answers(session, "a", 2, Sampled with { Seed = ulong.MaxValue }).Select(answer => answer.Seed).ShouldBe([ulong.MaxValue, 0UL]);
    }

    [Fact]
    public void AnEmptyPromptAnswersTheTextAsItStands()
    {
        using Session session = Open(out _);
        session.Evaluate(Chat.IdsOf("<s>", "▁a", "b"));
        IReadOnlyList<GeneratedAnswer> answers = Answers(session, "", 3, Sampled);
        session.Position.ShouldBe(3);
        session.Generate("", Sampled).ShouldBe(answers[0].Tokens.Select(token => token.Text).Where(text => text.Length > 0));
    }

    [Fact]
    public void APromptThatFillsTheContextHasEmptyAnswers()
    {
        using Session session = new(FakeSequence.Choosing(4, Chat.Tokens.Length, _ => 5), Tokenizer);
        IReadOnlyList<GeneratedAnswer> answers = session.GenerateAnswers(
            Chat.IdsOf("<s>", "a", "b", "c"), 2, Sampled, TestContext.Current.CancellationToken);
        answers.ShouldAllBe(answer => answer.Tokens.Count == 0 && answer.End.Reason == GenerationEndReason.ContextFull);
        session.Position.ShouldBe(4);
    }

    [Fact]
    public void WhereOneFailsTheSessionIsAsItWas()
    {
        // One way out of many comes to logits that are no numbers.
        FakeSequence sequence = new(100, Chat.Tokens.Length, (tokens, logits) =>
        {
            Fill(tokens, logits);
            logits[7] = tokens.Length > 6 && tokens[^1] == Chat.IdOf("b") ? float.NaN : 0;
        });
        using Session session = new(sequence, Tokenizer);
        session.Evaluate(Chat.IdsOf("<s>", "▁a"));
        int[] before = session.Tokens.ToArray();
        Should.Throw<ModelGenException>(() => Answers(session, "b hello", 30, Sampled)).Message.ShouldContain("NaN");
        session.Tokens.ToArray().ShouldBe(before);
        session.Evaluate(Chat.IdsOf("c"));
        session.Position.ShouldBe(3);
    }

    [Fact]
    public void CancellingLeavesTheSessionAsItWas()
    {
        using CancellationTokenSource cancellation = new();
        int steps = 0;
        FakeSequence sequence = new(100, Chat.Tokens.Length, (tokens, logits) =>
        {
            Fill(tokens, logits);
            if (Interlocked.Increment(ref steps) == 10)
            {
                cancellation.Cancel();
            }
        });
        using Session session = new(sequence, Tokenizer);
        session.Evaluate(Chat.IdsOf("<s>", "▁a"));
        Should.Throw<OperationCanceledException>(() => session.GenerateAnswers("b", 8, Sampled, cancellation.Token));
        session.Tokens.ToArray().ShouldBe(Chat.IdsOf("<s>", "▁a"));
        session.GenerateAnswers("b", 2, Sampled, TestContext.Current.CancellationToken).Count.ShouldBe(2);
    }

    [Fact]
    public async Task AwaitedAnswersAreThoseThatAreWaitedForOnAnotherThread()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        int caller = Environment.CurrentManagedThreadId;
        using Session session = Open(out _);
        using Session awaited = new(
            new FakeSequence(100, Chat.Tokens.Length, (tokens, logits) =>
            {
                Environment.CurrentManagedThreadId.ShouldNotBe(caller);
                Fill(tokens, logits);
            }),
            Tokenizer);
        int[] ids = Chat.IdsOf("<s>", "▁a", "b");
        IReadOnlyList<GeneratedAnswer> expected = session.GenerateAnswers(ids, 9, Sampled, token);
        Task<IReadOnlyList<GeneratedAnswer>> answers = awaited.GenerateAnswersAsync(ids, 9, Sampled, token);
        (await answers).SelectMany(answer => answer.Tokens).Select(Facts).ShouldBe(expected.SelectMany(answer => answer.Tokens).Select(Facts));
        awaited.Tokens.ToArray().ShouldBe(ids);
        expected = session.GenerateAnswers("b", 2, Sampled, token);
        (await awaited.GenerateAnswersAsync("b", 2, Sampled, token)).Select(answer => answer.Text).ShouldBe(expected.Select(answer => answer.Text));
    }

    [Fact]
    public async Task CancellingAwaitedAnswersLeavesTheSessionAsItWas()
    {
        using CancellationTokenSource cancellation = new();
        int steps = 0;
        FakeSequence sequence = new(100, Chat.Tokens.Length, (tokens, logits) =>
        {
            Fill(tokens, logits);
            if (Interlocked.Increment(ref steps) == 10)
            {
                cancellation.Cancel();
            }
        });
        using Session session = new(sequence, Tokenizer);
        session.Evaluate(Chat.IdsOf("<s>", "▁a"));
        Task<IReadOnlyList<GeneratedAnswer>> answers = session.GenerateAnswersAsync("b", 8, Sampled, cancellation.Token);
        await Should.ThrowAsync<OperationCanceledException>(answers);
        answers.IsCanceled.ShouldBeTrue();
        session.Tokens.ToArray().ShouldBe(Chat.IdsOf("<s>", "▁a"));

        // Arguments are refused at the call, not by the task.
        Should.Throw<ArgumentOutOfRangeException>(() => { _ = session.GenerateAnswersAsync("b", 0, Sampled, TestContext.Current.CancellationToken); });
        Should.Throw<ArgumentOutOfRangeException>(() => { _ = session.ChatAnswersAsync([], 0, null, TestContext.Current.CancellationToken); });
        Should.Throw<ArgumentNullException>(
            () => { _ = session.GenerateAnswersAsync((string)null!, 1, Sampled, TestContext.Current.CancellationToken); });
    }

    [Fact]
    public void AnotherCallMeanwhileIsRefused()
    {
        Session? session = null;
        int refused = 0;
        FakeSequence sequence = new(100, Chat.Tokens.Length, (tokens, logits) =>
        {
            Fill(tokens, logits);
            Should.Throw<InvalidOperationException>(() => session!.Rewind(0)).Message.ShouldContain("one call at a time");
            Interlocked.Increment(ref refused);
        });
        using (session = new Session(sequence, Tokenizer))
        {
            Answers(session, "a", 4, Sampled).Count.ShouldBe(4);
            refused.ShouldBeGreaterThan(4);
            session.Rewind(0);
        }
    }

    [Fact]
    public void ArgumentsAreChecked()
    {
        using Session session = Open(out _);
        Should.Throw<ArgumentOutOfRangeException>(() => Answers(session, "a", 0, Sampled));
        Should.Throw<ArgumentOutOfRangeException>(() => session.ChatAnswers([], 0, null, TestContext.Current.CancellationToken));
        Should.Throw<ArgumentNullException>(() => Answers(session, null!, 1, Sampled));
        CancellationToken token = TestContext.Current.CancellationToken;
        Should.Throw<ArgumentNullException>(() => session.GenerateAnswers((IReadOnlyList<int>)null!, 1, null, token));
        Should.Throw<ContextFullException>(() => session.GenerateAnswers([.. Enumerable.Repeat(5, 101)], 1, null, token));
        Should.Throw<ArgumentOutOfRangeException>(() => Answers(session, "a", 1, Sampled with { TopP = 2 }));
        session.Position.ShouldBe(0);
    }

    private static IReadOnlyList<GeneratedAnswer> Answers(Session session, string prompt, int count, GenerationOptions options) =>
        session.GenerateAnswers(prompt, count, options, TestContext.Current.CancellationToken);

    private static string Facts(GeneratedToken token) =>
        $"{token.Id} {token.Text} {token.LogProbability:R} {string.Join(' ', token.Alternatives)}";

    private static Session Open(out FakeSequence sequence)
    {
        sequence = new FakeSequence(100, Chat.Tokens.Length, Fill);
        return new Session(sequence, Tokenizer);
    }

    private static void Fill(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        uint hash = 17;
        foreach (int token in tokens)
        {
            hash = (hash ^ (uint)token) * 16777619;
        }

        Random random = new((int)hash);
        logits.Fill(-20);
        foreach (string token in new[] { "a", "b", "c", "l", "lo", "▁hello", "<0xC3>", "<0xA9>", "</s>" })
        {
            logits[Chat.IdOf(token)] = (float)(random.NextDouble() * 6);
        }
    }
}
