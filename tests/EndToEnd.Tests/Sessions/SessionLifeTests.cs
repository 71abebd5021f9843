using System;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Sessions;

/// <summary>Errors of a session, after each of which it answers as if nothing had happened; orders of disposal; no garbage.</summary>
public sealed class SessionLifeTests : IDisposable
{
    private const int ContextLength = 64;

    private static readonly TinyModel Tiny = TinyModels.LongMixed;
    private static readonly CompiledClass Compiled = ModelCompiler.Compile(TinyFiles.PathOf(Tiny), ContextLength);

    private readonly CompiledDecoder _model = Compiled.Load(new LoadOptions { ThreadCount = 2 });
    private readonly int[] _text = TinyModels.Text(Tiny, seed: 9, ContextLength);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void WhatTheModelSaysOfItselfIsTrue()
    {
        _model.Info.Name.ShouldBe(Tiny.Name);
        _model.Info.Architecture.ShouldBe("llama");
        _model.Info.ContextLength.ShouldBe(ContextLength);
        _model.Info.VocabularySize.ShouldBe(Tiny.Vocabulary);
        _model.Tokenizer.VocabularySize.ShouldBe(Tiny.Vocabulary);
    }

    [Fact]
    public void AFullContextIsOneClearError()
    {
        using Session session = _model.CreateSession();
        session.Evaluate(_text.AsSpan(0, 60));
        ContextFullException error = Should.Throw<ContextFullException>(() => session.Evaluate(_text.AsSpan(0, 5)));
        error.Position.ShouldBe(60);
        error.Count.ShouldBe(5);
        error.ContextLength.ShouldBe(ContextLength);
        CheckUsable(session, 60);
        Should.Throw<ContextFullException>(() => session.Evaluate([1]));
    }

    [Fact]
    public void ASessionMayBeShorterThanTheModel()
    {
        using Session session = _model.CreateSession(new SessionOptions { ContextLength = 10 });
        session.ContextLength.ShouldBe(10);
        session.Evaluate(_text.AsSpan(0, 10));
        Should.Throw<ContextFullException>(() => session.Evaluate([1]));
        Should.Throw<ArgumentOutOfRangeException>(() => _model.CreateSession(new SessionOptions { ContextLength = ContextLength + 1 }));
        Should.Throw<ArgumentOutOfRangeException>(() => _model.CreateSession(new SessionOptions { ContextLength = 0 }));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void AnIdOutsideTheVocabularyIsOneClearError(int id)
    {
        using Session session = _model.CreateSession();
        session.Evaluate(_text.AsSpan(0, 30));
        Should.Throw<ArgumentOutOfRangeException>(() => session.Evaluate([1, id])).Message.ShouldContain("0 to 99");
        CheckUsable(session, 30);
    }

    [Fact]
    public void NoTokensAndImpossibleRewindsAreClearErrors()
    {
        using Session session = _model.CreateSession();
        session.Evaluate(_text.AsSpan(0, 30));
        Should.Throw<ArgumentException>(() => session.Evaluate([]));
        Should.Throw<ArgumentOutOfRangeException>(() => session.Rewind(31));
        Should.Throw<ArgumentOutOfRangeException>(() => session.Rewind(-1));
        CheckUsable(session, 30);
    }

    [Fact]
    public void ADisposedSessionSaysSo()
    {
        Session session = _model.CreateSession();
        session.Evaluate([1]);
        session.Dispose();
        session.Dispose();
        Should.Throw<ObjectDisposedException>(() => session.Evaluate([1]));
        Should.Throw<ObjectDisposedException>(() => session.Rewind(0));
        Should.Throw<ObjectDisposedException>(() => session.Generate("a"));
    }

    [Fact]
    public void SessionsOutliveTheirModel()
    {
        CompiledDecoder model = Compiled.Load(new LoadOptions { ThreadCount = 3 });
        using Session first = model.CreateSession();
        Session second = model.CreateSession();
        first.Evaluate(_text.AsSpan(0, 20));
        model.Dispose();
        model.Dispose();
        Should.Throw<ObjectDisposedException>(() => model.CreateSession());
        CheckUsable(first, 20);
        second.Dispose();
        first.Rewind(20);
        CheckUsable(first, 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void DecodingAllocatesNothing(int threadCount)
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load(new LoadOptions { ThreadCount = threadCount });
        using Session session = model.CreateSession();
        int[] tokens = [.. Enumerable.Range(3, 200)];
        Decode(session, tokens.AsSpan(0, 20));
        AllocationMeter.BytesAllocatedBy(() =>
        {
            Decode(session, tokens.AsSpan(20, 100));
            session.Rewind(20);
        }).ShouldBe(0);
    }

    [Fact]
    public void PrefillAllocatesNothing()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load(new LoadOptions { ThreadCount = 2 });
        using Session session = model.CreateSession();
        int[] tokens = [.. Enumerable.Range(3, 200)];
        AllocationMeter.BytesAllocatedBy(() =>
        {
            session.Evaluate(tokens);
            session.Rewind(0);
        }).ShouldBe(0);
    }

    private static void Decode(Session session, ReadOnlySpan<int> tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            session.Evaluate(tokens.Slice(i, 1));
        }
    }

    // The session holds the text's first tokens and goes on with the rest of it as a new session does.
    private void CheckUsable(Session session, int position)
    {
        session.Position.ShouldBe(position);
        int[] bits = Logits.Bits(session.Evaluate(_text.AsSpan(position)));
        using Session fresh = _model.CreateSession();
        bits.ShouldBe(Logits.Bits(fresh.Evaluate(_text)));
    }
}
