using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Sessions;

/// <summary>
/// A model with an encoder answers a source text: its answer is the same to the bit however it is cut, forked, saved or evaluated beside others.
/// </summary>
public sealed class SourceTests
{
    private const int EndToken = 2;

    private static readonly GoldenModel Model = GoldenModel.Answering[0];
    private static readonly GenerationOptions Greedy = new() { Temperature = 0, MaxTokens = 20, MinTokens = 20 };
    private static readonly int[] Answer = [.. Model.ReadAnswer().Tokens];
    private static readonly int[][] Sources = [.. new[] { 1, 2, 17, 192, 193, 256, 257, 300 }.Select(length => Model.Source[^length..])];

    [Theory]
    [InlineData(KeyValueFormat.Float32)]
    [InlineData(KeyValueFormat.Int16)]
    [InlineData(KeyValueFormat.Int8)]
    public void AnAnswerDoesNotDependOnHowItIsCut(KeyValueFormat format)
    {
        using CompiledDecoder model = Load(format: format);
        foreach (int[] source in Sources)
        {
            int[][] expected = Decode(model, source);
            using Session session = model.CreateSession();
            foreach (int cut in new[] { 1, 5, 16, 39 })
            {
                session.Encode(source);
                session.Rewind(0);
                session.Evaluate(Answer.AsSpan(0, cut));
                Logits.Bits(session.Evaluate(Answer.AsSpan(cut))).ShouldBe(expected[^1], $"{source.Length}, {cut}");
            }
        }
    }

    [Fact]
    public void ThreadsChangeNothing()
    {
        using CompiledDecoder one = Load(threads: 1);
        using CompiledDecoder three = Load(threads: 3);
        foreach (int[] source in Sources)
        {
            Decode(three, source).ShouldBe(Decode(one, source));
        }
    }

    [Fact]
    public void SessionsBesideEachOtherChangeNothing()
    {
        using CompiledDecoder model = Load();
        int[][][] expected = [.. Sources.Select(source => Decode(model, source))];
        Parallel.For(0, 4 * Sources.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, call =>
            Decode(model, Sources[call % Sources.Length]).ShouldBe(expected[call % Sources.Length]));
    }

    [Fact]
    public void ForksAnswerTheSameSource()
    {
        using CompiledDecoder model = Load();
        int[][] expected = Decode(model, Model.Source);
        using Session session = model.CreateSession();
        session.Encode(Model.Source);
        session.Rewind(0);
        session.Evaluate(Answer.AsSpan(0, 7));
        using Session fork = session.Fork();

        // What the one reads next is not the other's.
        session.Encode(Sources[2]);
        fork.Source.ToArray().ShouldBe(Model.Source);
        Logits.Bits(fork.Evaluate(Answer.AsSpan(7))).ShouldBe(expected[^1]);
        fork.Rewind(3);
        Logits.Bits(fork.Evaluate(Answer.AsSpan(3))).ShouldBe(expected[^1]);
        session.Rewind(0);
        Logits.Bits(session.Evaluate(Answer)).ShouldBe(Decode(model, Sources[2])[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void ASavedSessionHasItsSource(int evaluated)
    {
        using CompiledDecoder model = Load();
        int[][] expected = Decode(model, Model.Source);
        using var stream = new MemoryStream();
        using (Session session = model.CreateSession())
        {
            session.Encode(Model.Source);
            session.Rewind(0);
            if (evaluated > 0)
            {
                session.Evaluate(Answer.AsSpan(0, evaluated));
            }

            session.Save(stream);
        }

        stream.Position = 0;
        using Session restored = model.CreateSession(stream);
        restored.Source.ToArray().ShouldBe(Model.Source);
        restored.Position.ShouldBe(evaluated);
        Logits.Bits(restored.Evaluate(Answer.AsSpan(evaluated))).ShouldBe(expected[^1]);
    }

    [Fact]
    public void APromptIsTheSource()
    {
        using CompiledDecoder model = Load();
        using Session session = model.CreateSession();
        using Session other = model.CreateSession();
        foreach (int[] source in new[] { Model.Source, Sources[2], Model.Source })
        {
            _ = session.Generate(source, Greedy).Count();
            session.Source.ToArray().ShouldBe(source);
            session.Tokens[0].ShouldBe(DecoderVocabulary.FirstOrdinary);
            session.Position.ShouldBe(1 + Greedy.MaxTokens);
            session.Tokens[1..].ToArray().ShouldBe(Chosen(other, source));
        }

        // No prompt goes on from where the answer ends.
        _ = session.Generate("", Greedy).Count();
        session.Position.ShouldBe(1 + 2 * Greedy.MaxTokens);
    }

    [Fact]
    public async Task SeveralAnswersReadTheSourceOnce()
    {
        using CompiledDecoder model = Load();
        using Session session = model.CreateSession();
        int[] expected = Chosen(session, Model.Source);
        foreach (GeneratedAnswer answer in await session.GenerateAnswersAsync(Model.Source, 3, Greedy, TestContext.Current.CancellationToken))
        {
            answer.Tokens.Select(token => token.Id).ShouldBe(expected);
            answer.End.PromptTokens.ShouldBe(Model.Source.Length + 1);
        }
    }

    [Fact]
    public async Task ReadingThatIsCancelledIsDoneByTheNextCall()
    {
        using CompiledDecoder model = Load();
        int[][] expected = Decode(model, Model.Source);
        using Session session = model.CreateSession();
        session.Encode(Sources[2]);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => session.GenerateAnswersAsync(Model.Source, 2, Greedy, cancelled.Token));
        session.Source.ToArray().ShouldBe(Sources[2]);
        session.Rewind(0);
        Logits.Bits(session.Evaluate(Answer)).ShouldBe(Decode(model, Sources[2])[^1]);
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (string piece in session.GenerateAsync(Model.Source, Greedy, cancelled.Token))
            {
                piece.ShouldBeEmpty();
            }
        });
        session.Encode(Model.Source);
        session.Rewind(0);
        Logits.Bits(session.Evaluate(Answer)).ShouldBe(expected[^1]);
    }

    [Fact]
    public void WhatCannotBeAnsweredIsRefused()
    {
        using CompiledDecoder model = Load();
        using Session session = model.CreateSession(new SessionOptions { ContextLength = 20 });
        model.HasEncoder.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => model.CreateEngine()).Message.ShouldContain("session");
        Should.Throw<InvalidOperationException>(() => session.Evaluate([5])).Message.ShouldContain("Encode");
        Should.Throw<ArgumentException>(() => session.Encode([]));
        Should.Throw<ArgumentOutOfRangeException>(() => session.Encode([DecoderWriter.VocabularySize]));
        Should.Throw<ContextFullException>(() => session.Encode(Model.Source));
        Should.Throw<ContextFullException>(() => session.Generate(Model.Source, Greedy));
        session.Source.IsEmpty.ShouldBeTrue();
        session.Encode(Sources[2]);
        session.Position.ShouldBe(1);
    }

    [Fact]
    public void AModelWithoutAnEncoderHasNoSource()
    {
        using CompiledDecoder model = GoldenModel.Find("tiny-llama").Compile().Load();
        using Session session = model.CreateSession();
        model.HasEncoder.ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => session.Encode([5]));
    }

    private static CompiledDecoder Load(int threads = 2, KeyValueFormat format = KeyValueFormat.Float32) =>
        ModelCompiler.Compile(Model.WriteFile(), keyValueFormat: format).Load(new LoadOptions { ThreadCount = threads });

    /// <summary>The logits after each token of the answer, one at a time.</summary>
    private static int[][] Decode(CompiledDecoder model, int[] source)
    {
        using Session session = model.CreateSession();
        session.Encode(source);
        session.Rewind(0);
        return [.. Answer.Select(token => Logits.Bits(session.Evaluate([token])))];
    }

    /// <summary>The likeliest tokens, one after the other.</summary>
    private static int[] Chosen(Session session, int[] source)
    {
        session.Encode(source);
        int start = session.Tokens[0];
        session.Rewind(0);
        int[] chosen = new int[Greedy.MaxTokens];
        for (int i = 0; i < chosen.Length; i++)
        {
            float[] logits = session.Evaluate([i == 0 ? start : chosen[i - 1]]).ToArray();
            logits[EndToken] = float.NegativeInfinity;
            chosen[i] = Logits.Best(logits);
        }

        return chosen;
    }
}
