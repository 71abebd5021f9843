using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.CompilerServices;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Lifetimes;

/// <summary>What a model or a session has given out can be used when that is gone.</summary>
public sealed class OutlivingTests
{
    public OutlivingTests() => Lifetime.SkipUnlessChild();

    private static CancellationToken TestToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void LogitsOutliveTheirSessionAndModel(bool disposesSession, bool disposesModel)
    {
        ReadOnlySpan<float> logits = Evaluate(disposesSession, disposesModel, out int[] expected);
        Lifetime.Collect();
        Lifetime.UseFreedMemory();
        Lifetime.Collect();
        Logits.Bits(logits).ShouldBe(expected);
    }

    [Fact]
    public void LogitsChangeWithTheirOwnSessionOnly()
    {
        using CompiledDecoder model = Lifetime.Load();
        int[] expected = Lifetime.Answer(model, Lifetime.Text);
        int[] other = Lifetime.Answer(model, Lifetime.OtherText);
        using Session session = model.CreateSession();
        ReadOnlySpan<float> logits = session.Evaluate(Lifetime.Text);
        using (Session second = model.CreateSession())
        {
            second.Evaluate(Lifetime.OtherText);
        }

        Logits.Bits(logits).ShouldBe(expected);
        session.Rewind(0);
        Logits.Bits(logits).ShouldBe(expected, "only the next evaluation overwrites them");
        session.Evaluate(Lifetime.OtherText);
        Logits.Bits(logits).ShouldBe(other);
        session.Dispose();
        Logits.Bits(logits).ShouldBe(other);
    }

    [Fact]
    public void TokensOutliveTheirSession()
    {
        ReadOnlySpan<int> tokens = Tokens();
        Lifetime.Collect();
        Lifetime.UseFreedMemory();
        tokens.ToArray().ShouldBe(Lifetime.Text);
    }

    /// <summary>Of a packed file, which is mapped; of a GGUF file that was packed in memory; and one without a model.</summary>
    [Fact]
    public void TokenizersAndTemplatesOutliveTheirModel()
    {
        using CompiledDecoder model = Lifetime.Load();
        IReadOnlyList<int> ids = model.Tokenizer.EncodeToIds(Lifetime.Prompt);
        IReadOnlyList<int> chat = model.ChatTemplate!.EncodeToIds(Lifetime.Messages);
        Use(Drop(Lifetime.PackedPath));
        Use(Drop(Lifetime.GgufPath));
        Use((Tokenizer.Load(Lifetime.GgufPath), null));

        void Use((Tokenizer Tokenizer, ChatTemplate? Template) dropped)
        {
            Lifetime.Collect();
            Lifetime.UseFreedMemory();
            dropped.Tokenizer.EncodeToIds(Lifetime.Prompt).ShouldBe(ids);
            dropped.Tokenizer.Decode(ids).ShouldBe(Lifetime.Prompt);
            dropped.Tokenizer.IsEndOfGeneration(dropped.Tokenizer.EndOfSequenceId!.Value).ShouldBeTrue();
            dropped.Template?.EncodeToIds(Lifetime.Messages).ShouldBe(chat);
        }
    }

    [Fact]
    public void SessionsOutliveAModelThatNobodyHolds()
    {
        using Session session = Create();
        Lifetime.Collect();
        using CompiledDecoder other = Lifetime.Load();
        Logits.Bits(session.Evaluate(Lifetime.Text)).ShouldBe(Lifetime.Answer(other, Lifetime.Text));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Session Create() => Lifetime.Load().CreateSession();
    }

    /// <summary>The class that is a user's may do so: it can call the constructor that Load calls.</summary>
    [Fact]
    public void WeightsThatWereClosedStayForTheSessionsThatReadThem()
    {
        Type type = Lifetime.Compile().Type;
        var description = (ModelDescription)type.Assembly.GetTypes()
            .SelectMany(candidate => candidate.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .First(field => field.FieldType == typeof(ModelDescription)).GetValue(null)!;
        foreach (string path in (string[])[Lifetime.PackedPath, Lifetime.GgufPath])
        {
            PackedModel packed = PackedModel.Open(path, description, options: null);
            using var model = (CompiledDecoder)type.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single().Invoke([packed, null]);
            int[] expected = Lifetime.Answer(model, Lifetime.Text);
            using Session session = model.CreateSession();
            packed.Dispose();
            Logits.Bits(session.Evaluate(Lifetime.Text)).ShouldBe(expected);
            session.Dispose();
            Should.Throw<ObjectDisposedException>(() => model.CreateSession());
        }
    }

    [Fact]
    public async Task EnumerationsEndWithTheirSession()
    {
        using CompiledDecoder model = Lifetime.Load();
        foreach (bool isChat in (bool[])[false, true])
        {
            Session session = model.CreateSession();
            using IEnumerator<string> pieces = (isChat
                ? session.Chat(Lifetime.Messages, new ChatOptions { Generation = Lifetime.Greedy })
                : session.Generate(Lifetime.Prompt, Lifetime.Greedy)).GetEnumerator();
            pieces.MoveNext().ShouldBeTrue();
            session.Dispose();
            Lifetime.UseFreedMemory();

            // Pieces of tokens that were generated together with the first one may still come.
            Should.Throw<ObjectDisposedException>(() =>
            {
                while (pieces.MoveNext())
                {
                }
            });

            session = model.CreateSession();
            await using IAsyncEnumerator<string> later = (isChat
                ? session.ChatAsync(Lifetime.Messages, new ChatOptions { Generation = Lifetime.Greedy }, TestToken)
                : session.GenerateAsync(Lifetime.Prompt, Lifetime.Greedy, TestToken)).GetAsyncEnumerator(TestToken);
            (await later.MoveNextAsync()).ShouldBeTrue();
            session.Dispose();
            await Should.ThrowAsync<ObjectDisposedException>(async () =>
            {
                while (await later.MoveNextAsync())
                {
                }
            });
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ReadOnlySpan<float> Evaluate(bool disposesSession, bool disposesModel, out int[] expected)
    {
        CompiledDecoder model = Lifetime.Load();
        expected = Lifetime.Answer(model, Lifetime.Text);
        Session session = model.CreateSession();
        ReadOnlySpan<float> logits = session.Evaluate(Lifetime.Text);
        if (disposesSession)
        {
            session.Dispose();
        }

        if (disposesModel)
        {
            model.Dispose();
        }

        return logits;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ReadOnlySpan<int> Tokens()
    {
        using CompiledDecoder model = Lifetime.Load();
        using Session session = model.CreateSession();
        session.Evaluate(Lifetime.Text);
        return session.Tokens;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Tokenizer Tokenizer, ChatTemplate? Template) Drop(string path)
    {
        using CompiledDecoder model = Lifetime.Compile().Load(path);
        return (model.Tokenizer, model.ChatTemplate);
    }
}
