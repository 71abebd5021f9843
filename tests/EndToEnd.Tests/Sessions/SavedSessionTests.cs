using System;
using System.IO;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Sessions;

/// <summary>Saved sessions go on to the bit; what is damaged, cut off or of another model is refused by name.</summary>
public sealed class SavedSessionTests : IDisposable
{
    private readonly CompiledDecoder _model = ModelCompiler.Compile(TinyModels.LongMixed).Load(new LoadOptions { ThreadCount = 2 });
    private readonly int[] _text = TinyModels.Text(TinyModels.LongMixed, seed: 7, length: 320);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(300)]
    public void ASavedSessionGoesOnToTheBit(int length)
    {
        using Session session = _model.CreateSession();
        session.Evaluate(_text.AsSpan(0, length));
        byte[] saved = Save(session);
        using Session restored = _model.CreateSession(new MemoryStream(saved));
        restored.Tokens.ToArray().ShouldBe(_text[..length]);
        Logits.Bits(restored.Evaluate(_text.AsSpan(length, 20))).ShouldBe(Logits.Bits(session.Evaluate(_text.AsSpan(length, 20))));
        restored.Rewind(length / 2);
        session.Rewind(length / 2);
        Logits.Bits(restored.Evaluate(_text.AsSpan(3, 9))).ShouldBe(Logits.Bits(session.Evaluate(_text.AsSpan(3, 9))));
    }

    [Theory]
    [InlineData(KeyValueFormat.Float32)]
    [InlineData(KeyValueFormat.Int8)]
    public void EveryFormatOfKeysAndValues(KeyValueFormat format)
    {
        using CompiledDecoder model = ModelCompiler.Compile(TinyModels.LongMixed, format).Load();
        using Session session = model.CreateSession();
        session.Evaluate(_text.AsSpan(0, 100));
        byte[] saved = Save(session);
        using Session restored = model.CreateSession(new MemoryStream(saved));
        Logits.Bits(restored.Evaluate(_text.AsSpan(100, 20))).ShouldBe(Logits.Bits(session.Evaluate(_text.AsSpan(100, 20))));
        Refusal(() => _model.CreateSession(new MemoryStream(saved))).ShouldContain("another format or layout");
    }

    /// <summary>Equal texts are equal streams, whatever was there before: what was rewound is not saved.</summary>
    [Fact]
    public void WhatWasRewoundIsNotSaved()
    {
        using Session plain = _model.CreateSession();
        plain.Evaluate(_text.AsSpan(0, 70));
        using Session rewound = _model.CreateSession();
        rewound.Evaluate(_text.AsSpan(100, 200));
        rewound.Rewind(0);
        rewound.Evaluate(_text.AsSpan(0, 100));
        rewound.Rewind(70);
        Save(rewound).ShouldBe(Save(plain));
    }

    [Fact]
    public void ATokenThatWasNotEvaluatedYetIsSavedToo()
    {
        using Session session = _model.CreateSession();
        string.Concat(session.Generate(_text[..10], new GenerationOptions { MaxTokens = 3, Temperature = 0 }));
        using Session restored = _model.CreateSession(new MemoryStream(Save(session)));
        restored.Tokens.ToArray().ShouldBe(session.Tokens.ToArray());
        Logits.Bits(restored.Evaluate([5])).ShouldBe(Logits.Bits(session.Evaluate([5])));
    }

    [Fact]
    public void AnEmptySessionAndAStreamThatGoesOn()
    {
        using Session session = _model.CreateSession();
        using MemoryStream stream = new();
        session.Save(stream);
        session.Evaluate([1, 2]);
        session.Save(stream);
        stream.Position = 0;
        using Session first = _model.CreateSession(stream);
        using Session second = _model.CreateSession(stream);
        first.Position.ShouldBe(0);
        second.Tokens.ToArray().ShouldBe([1, 2]);
        stream.Position.ShouldBe(stream.Length);
    }

    [Fact]
    public void AStreamThatIsCutAnywhereIsRefused()
    {
        using Session session = _model.CreateSession();
        session.Evaluate(_text.AsSpan(0, 5));
        byte[] saved = Save(session);
        foreach (int length in Enumerable.Range(0, 200).Concat([saved.Length / 2, saved.Length - 9, saved.Length - 8, saved.Length - 1]))
        {
            Refusal(() => _model.CreateSession(new MemoryStream(saved, 0, length))).ShouldMatch("no saved session|cut off|damaged");
        }
    }

    [Fact]
    public void AStreamThatIsChangedAnywhereIsRefused()
    {
        using Session session = _model.CreateSession();
        session.Evaluate(_text.AsSpan(0, 5));
        byte[] saved = Save(session);
        Random random = new(1);
        foreach (int place in Enumerable.Range(0, 300).Concat(Enumerable.Range(0, 100).Select(_ => random.Next(saved.Length))))
        {
            byte[] changed = [.. saved];
            changed[place] ^= (byte)(1 << random.Next(8));
            Should.Throw<ModelGenException>(() => _model.CreateSession(new MemoryStream(changed)), $"byte {place}");
        }
    }

    [Fact]
    public void AnotherModelAndASmallerContextAreNamed()
    {
        using Session session = _model.CreateSession();
        session.Evaluate(_text.AsSpan(0, 50));
        byte[] saved = Save(session);
        using CompiledDecoder other = ModelCompiler.Compile(TinyModels.LongFloat).Load();
        Refusal(() => other.CreateSession(new MemoryStream(saved))).ShouldContain("another model");
        Refusal(() => _model.CreateSession(new MemoryStream(saved), new SessionOptions { ContextLength = 49 })).ShouldContain("has 50 tokens");
        using Session fits = _model.CreateSession(new MemoryStream(saved), new SessionOptions { ContextLength = 50 });
        fits.Position.ShouldBe(50);
    }

    private static byte[] Save(Session session)
    {
        using MemoryStream stream = new();
        session.Save(stream);
        return stream.ToArray();
    }

    private static string Refusal(Func<Session> restore) => Should.Throw<ModelGenException>(() => restore()).Message;
}
