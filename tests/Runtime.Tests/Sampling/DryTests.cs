using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Sampling;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>DRY against the plainest way to write it: every run compared token by token, every breaker looked for in the text.</summary>
public sealed class DryTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();
    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Chat);

    // Few of them, so that texts repeat themselves.
    private static readonly int[] Alphabet = Chat.IdsOf("a", "b", "ab", "▁a", "hel", "lo", "é", "<0xC3>", "<0xA9>", "<|turn|>", "c");

    [Theory]
    [InlineData(0.8f, 1.75f, 2, null)]
    [InlineData(2f, 1f, 1, 30)]
    [InlineData(0.5f, 3f, 4, 1000)]
    [InlineData(1f, 2f, 1, 1)]
    public void RunsThatWouldGoOnLose(float multiplier, float @base, int allowedLength, int? lastTokens)
    {
        string[][] breakers = [[], ["c"], ["lo"], ["ello", "é"], ["<|turn|>", "ba b"], ["aa", "b"]];
        Random random = new(1);
        int penalised = 0;
        for (int round = 0; round < 600; round++)
        {
            DryOptions options = new()
            {
                Multiplier = multiplier,
                Base = @base,
                AllowedLength = allowedLength,
                LastTokens = lastTokens,
                SequenceBreakers = breakers[round % breakers.Length],
            };
            int[] some = [.. random.GetItems(Alphabet, random.Next(1, 6))];
            int[] text = random.GetItems(some, random.Next(1, 60));
            float[] logits = new float[Chat.Tokens.Length];
            float[] left = [.. SamplerRun.Apply(Create(options), logits, text).OrderBy(item => item.Id).Select(item => item.Logit)];
            double[] expected = Penalties(options, text);
            for (int id = 0; id < logits.Length; id++)
            {
                ((double)left[id]).ShouldBe(-expected[id], 1e-4 * (1 + expected[id]), $"token {id} after {string.Join(' ', text)}");
                penalised += expected[id] > 0 ? 1 : 0;
            }
        }

        (penalised > 100).ShouldBe(lastTokens != 1, $"{penalised} tokens were penalised");
    }

    [Fact]
    public void ATextThatGrowsIsReadOn()
    {
        DryOptions options = new() { SequenceBreakers = ["ello"] };
        DrySampler sampler = Create(options);
        int[] text = Chat.IdsOf("a", "b", "a", "b", "hel", "lo", "a", "b", "a", "b", "a");
        for (int length = 1; length <= text.Length; length++)
        {
            float[] logits = new float[Chat.Tokens.Length];
            SamplerRun.Apply(sampler, logits, text[..length]).ShouldBe(SamplerRun.Apply(Create(options), logits, text[..length]));
        }
    }

    [Fact]
    public void NumbersOfAnySizeLeaveNumbers()
    {
        DryOptions options = new() { Multiplier = float.MaxValue, Base = float.MaxValue, AllowedLength = 1, SequenceBreakers = [] };
        int a = Chat.IdOf("a");
        SamplerRun.Apply(Create(options), new float[Chat.Tokens.Length], [.. Enumerable.Repeat(a, 100)])
            .Single(item => item.Logit != 0).ShouldBe((a, float.MinValue));
    }

    private static DrySampler Create(DryOptions options) => new(options, Tokenizer, Chat.Tokens.Length, contextLength: 100);

    private static double[] Penalties(DryOptions options, int[] text)
    {
        int[] window = options.LastTokens is int last ? [.. text.TakeLast(last)] : text;
        string[] breakers = [.. options.SequenceBreakers.Select(breaker => Letters(Encoding.UTF8.GetBytes(breaker)))];

        // The tokens behind the last breaker.
        int limit = text.Length;
        for (int end = 1; end <= text.Length; end++)
        {
            string before = Text(text[..(end - 1)]);
            string after = Text(text[..end]);
            bool ends = breakers.Any(breaker => Enumerable.Range(before.Length + 1, after.Length - before.Length)
                .Any(length => after[..length].EndsWith(breaker, StringComparison.Ordinal)));
            limit = ends ? text.Length - end : limit;
        }

        double[] penalties = new double[Chat.Tokens.Length];
        for (int next = 1; next < window.Length; next++)
        {
            int length = 0;
            while (length < next && length < limit && window[next - 1 - length] == window[^(1 + length)])
            {
                length++;
            }

            int id = window[next];
            if (length >= options.AllowedLength && !breakers.Any(Text([id]).Contains))
            {
                double penalty = options.Multiplier * Math.Pow(options.Base, length - options.AllowedLength);
                penalties[id] = Math.Max(penalties[id], penalty);
            }
        }

        return penalties;
    }

    private static string Text(IEnumerable<int> ids)
    {
        ArrayBufferWriter<byte> bytes = new();
        foreach (int id in ids)
        {
            Tokenizer.WriteBytes(id, includeSpecialTokens: true, bytes);
        }

        return Letters(bytes.WrittenSpan);
    }

    // A letter a byte, so that halves of characters stay what they are.
    private static string Letters(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
