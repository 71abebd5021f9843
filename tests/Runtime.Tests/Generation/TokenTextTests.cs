using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Generation;

/// <summary>Which tokens are given, with which texts, and what the session holds behind them, beside a simple account of it.</summary>
public sealed class TokenTextTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();
    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Chat);

    // Whole words, parts of characters in and out of order, a byte that no text has, a token without text, and an end.
    private static readonly string[] Tokens =
        ["a", "b", "ab", "▁", "▁a", "é", "<0xC3>", "<0xA9>", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "<0xFF>", "<|turn|>", "<tool>", "</s>"];

    private static readonly string[] Stops =
        ["a", "b", "ab", "ba", "aab", " a", "é", "éa", "\uFFFD", "\uFFFDa", "😀", "a😀", "<tool>", "l>a", "zz"];

    [Fact]
    public void TokensAreWhatASimpleAccountSays()
    {
        Gen<string[]> scripts = Gen.Elements(Tokens).ArrayOf().Select(tokens => tokens.Take(14).ToArray());
        Gen<string[]> stops = Gen.Elements(Stops).ArrayOf().Select(texts => texts.Take(3).ToArray());
        Dictionary<GenerationEndReason, int> reasons = [];
        Prop.ForAll(scripts.Zip(stops).Zip(Gen.Choose(1, 16)).ToArbitrary(), input =>
        {
            ((string[] script, string[] sequences), int maxTokens) = input;
            GenerationOptions options = new() { Temperature = 0, StopSequences = sequences, MaxTokens = maxTokens };
            Expected expected = Account(script, sequences, maxTokens);

            using Session session = Scripted(script);
            GeneratedTokens generated = session.GenerateTokens("a", options);
            GeneratedToken[] tokens = [.. generated];
            tokens.Select(token => token.Id).ShouldBe(expected.Ids);
            string.Concat(tokens.Select(token => token.Text)).ShouldBe(expected.Text);
            generated.End!.Reason.ShouldBe(expected.Reason);
            generated.End.GeneratedTokens.ShouldBe(tokens.Length);
            (generated.End.StopSequence is not null).ShouldBe(expected.Reason == GenerationEndReason.StopSequence);
            session.Tokens.ToArray().ShouldBe([.. Chat.IdsOf("<s>", "▁a"), .. expected.Ids]);

            using Session text = Scripted(script);
            string[] pieces = [.. text.Generate("a", options)];
            pieces.ShouldBe(tokens.Select(token => token.Text).Where(piece => piece.Length > 0));
            text.Tokens.ToArray().ShouldBe(session.Tokens.ToArray());
            reasons[expected.Reason] = reasons.GetValueOrDefault(expected.Reason) + 1;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

        // Each way to end was tried often.
        reasons.Keys.Order().ShouldBe([GenerationEndReason.EndToken, GenerationEndReason.StopSequence, GenerationEndReason.TokenLimit]);
        reasons.Values.ShouldAllBe(count => count > 200);
    }

    [Fact]
    public async Task AsynchronouslyTheyAreTheSame()
    {
        string[] script = ["a", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "▁", "b", "<|turn|>", "a", "</s>"];
        GenerationOptions options = new() { Temperature = 0, StopSequences = ["ba"], Alternatives = 2 };
        using Session session = Scripted(script);
        GeneratedTokens expected = session.GenerateTokens("a", options);
        string[] texts = [.. expected.Select(Describe)];
        using Session other = Scripted(script);
        GeneratedTokenStream stream = other.GenerateTokensAsync("a", options, TestContext.Current.CancellationToken);
        stream.End.ShouldBeNull();
        List<string> streamed = [];
        await foreach (GeneratedToken token in stream)
        {
            streamed.Add(Describe(token));
        }

        streamed.ShouldBe(texts);
        string.Concat(texts).ShouldContain("😀");
        (stream.End! with { PromptTime = default, GenerationTime = default }).ShouldBe(
            expected.End! with { PromptTime = default, GenerationTime = default });
        other.Tokens.ToArray().ShouldBe(session.Tokens.ToArray());

        static string Describe(GeneratedToken token) =>
            $"{token.Id} {token.Text} {token.LogProbability} {string.Join(' ', token.Alternatives)}";
    }

    [Fact]
    public void TokensComeAsSoonAsTheyAreSure()
    {
        // How many evaluations it took when each token was given.
        Comes([], "a", "b", "a").ShouldBe([1, 2, 3]);
        Comes(["ab"], "a", "b", "b").ShouldBeEmpty();
        Comes(["ba"], "a", "b", "b", "▁").ShouldBe([1, 3, 4, 4]);
        Comes([], "<0xC3>", "<0xA9>", "a").ShouldBe([2, 2, 3]);
        Comes(["zz"], "<|turn|>", "a", "a").ShouldBe([2, 2, 3]);
        Comes([], "<|turn|>", "a").ShouldBe([1, 2]);

        static int[] Comes(string[] stops, params string[] script)
        {
            FakeSequence sequence = FakeSequence.Scripted(100, Chat.Tokens.Length, 2, Chat.IdsOf(script));
            using Session session = new(sequence, Tokenizer);
            GenerationOptions options = new() { Temperature = 0, StopSequences = stops, MaxTokens = script.Length };
            return [.. session.GenerateTokens("a", options).Select(_ => sequence.Calls.Count)];
        }
    }

    [Fact]
    public void ATokenThatAStopSequenceCutsKeepsWhatStandsInFront()
    {
        using Session session = Scripted("a", "hello", "b");
        GeneratedTokens tokens = session.GenerateTokens("a", new GenerationOptions { Temperature = 0, StopSequences = ["lob", "nothing"] });
        tokens.Select(token => token.Text).ShouldBe(["a", "hel"]);
        tokens.End!.StopSequence.ShouldBe("lob");
        session.Tokens.ToArray()[2..].ShouldBe(Chat.IdsOf("a", "hello"));
    }

    private static Session Scripted(params string[] script) =>
        new(FakeSequence.Scripted(100, Chat.Tokens.Length, 2, Chat.IdsOf([.. script, "</s>"])), Tokenizer);

    /// <summary>After each token, the whole text once more: decoded from its bytes, and searched for stop sequences from its start.</summary>
    private static Expected Account(string[] script, string[] stops, int maxTokens)
    {
        int end = Array.IndexOf([.. script, "</s>"], "</s>");
        int count = Math.Min(end, maxTokens);
        List<int> starts = [];
        List<byte> bytes = [];
        for (int index = 0; index < count; index++)
        {
            starts.Add(Whole(bytes).Length);
            bytes.AddRange(BytesOf(script[index]));
            if (Cut(Whole(bytes), stops) is int stop)
            {
                return Stopped(Whole(bytes), stop);
            }
        }

        string text = Encoding.UTF8.GetString([.. bytes]);
        return Cut(text, stops) is int late
            ? Stopped(text, late)
            : new Expected(text, Chat.IdsOf(script[..count]), end < maxTokens ? GenerationEndReason.EndToken : GenerationEndReason.TokenLimit);

        Expected Stopped(string all, int stop) =>
            new(all[..stop], Chat.IdsOf([.. script.Take(starts.Count(start => start < stop))]), GenerationEndReason.StopSequence);
    }

    // Where the stop sequence starts that is completed first, the longest of those completed there.
    private static int? Cut(string text, string[] stops)
    {
        for (int end = 1; end <= text.Length; end++)
        {
            int length = stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).Max(stop => (int?)stop.Length) ?? 0;
            if (length > 0)
            {
                return end - length;
            }
        }

        return null;
    }

    private static string Whole(List<byte> bytes)
    {
        for (int held = 1; held <= Math.Min(3, bytes.Count); held++)
        {
            // A character has begun where what follows can make it another one than U+FFFD.
            byte[] tail = [.. bytes.TakeLast(held)];
            if (Rune.DecodeFromUtf8(tail, out _, out _) == System.Buffers.OperationStatus.NeedMoreData)
            {
                return Encoding.UTF8.GetString([.. bytes.SkipLast(held)]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static byte[] BytesOf(string token) => token switch
    {
        "<|turn|>" => [],
        ['<', '0', 'x', ..] => [Convert.ToByte(token[3..5], 16)],
        _ => Encoding.UTF8.GetBytes(token.Replace('▁', ' ')),
    };

    private sealed record Expected(string Text, int[] Ids, GenerationEndReason Reason);
}
