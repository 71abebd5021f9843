using System;
using System.Linq;
using ModelGen.Generation;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Generation;

/// <summary>How likely tokens were, beside a softmax in doubles.</summary>
public sealed class LogProbabilityTests
{
    private const double Tolerance = 1e-9;

    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();
    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Chat);
    private static readonly GenerationOptions Sampled = new() { Temperature = 1.5f, TopK = 0, TopP = 1, MinP = 0, Seed = 3, MaxTokens = 40 };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 10)]
    [InlineData(64, 3)]
    [InlineData(1000, 0)]
    [InlineData(151_936, 4)]
    public void NormalizersAreThoseOfDoubles(int count, double deviation)
    {
        float[] logits = RandomLogits(count, deviation);
        double largest = logits.Max();
        LogSumExp.Of(logits).ShouldBe(Math.Log(logits.Sum(logit => Math.Exp(logit - largest))) + largest, Tolerance);
    }

    [Fact]
    public void NormalizersOfExtremesAreNumbersAndOfNoNumbersAreNone()
    {
        LogSumExp.Of([3e38f, -3e38f]).ShouldBe(3e38f);
        LogSumExp.Of([float.NegativeInfinity, 5]).ShouldBe(5);
        LogSumExp.Of([.. Enumerable.Repeat(float.NegativeInfinity, 40), -3e38f]).ShouldBe(-3e38f);
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity })
        {
            for (int place = 0; place < 40; place++)
            {
                float[] logits = RandomLogits(40, 1);
                logits[place] = bad;
                double.IsFinite(LogSumExp.Of(logits)).ShouldBeFalse();
            }
        }

        double.IsFinite(LogSumExp.Of([.. Enumerable.Repeat(float.NegativeInfinity, 40)])).ShouldBeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(40)]
    public void TheLikeliestAreThoseThatSortingPutsFirst(int count)
    {
        LikeliestTokens likeliest = new(count);
        for (int seed = 0; seed < 300; seed++)
        {
            // Few values, so that many are equal; some impossible.
            Random random = new(seed);
            int length = 1 + random.Next(100);
            float[] logits = [.. Enumerable.Range(0, length).Select(_ => random.Next(20) is > 0 and int value ? value : float.NegativeInfinity)];
            likeliest.Of(logits).ToArray().ShouldBe(Enumerable.Range(0, length).OrderByDescending(id => logits[id]).Take(count));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(100_000)]
    public void TokensHaveTheProbabilitiesOfTheModelsOwnDistribution(int alternatives)
    {
        // Five rows pad the output head: they are likely, and no tokens.
        using Session session = new(Random(Chat.Tokens.Length + 5), Tokenizer);
        GeneratedTokens generated = session.GenerateTokens("a", Sampled with { Alternatives = alternatives });
        GeneratedToken[] tokens = [.. generated];
        tokens.Length.ShouldBeGreaterThan(5);
        if (generated.End!.EndToken is GeneratedToken end)
        {
            tokens = [.. tokens, end];
        }

        int[] text = [.. Chat.IdsOf("<s>", "▁a"), .. tokens.Select(token => token.Id)];
        float[] logits = new float[Chat.Tokens.Length + 5];
        for (int index = 0; index < tokens.Length; index++)
        {
            Fill(text.AsSpan(0, 2 + index), logits);
            tokens[index].IsPrompt.ShouldBeFalse();
            tokens[index].LogProbability!.Value.ShouldBe(Reference(logits, tokens[index].Id), Tolerance);
            int[] expected = [.. Enumerable.Range(0, Chat.Tokens.Length).OrderByDescending(id => logits[id]).Take(alternatives)];
            tokens[index].Alternatives.Select(alternative => alternative.Id).ShouldBe(expected);
            foreach (TokenAlternative alternative in tokens[index].Alternatives)
            {
                alternative.LogProbability.ShouldBe(Reference(logits, alternative.Id), Tolerance);
            }
        }
    }

    [Fact]
    public void AlternativesHaveTheirTextAndControlTokensTheirName()
    {
        string[] likely = ["▁ab", "<|turn|>", "</s>", "<0xC3>", "<tool>", "é"];
        FakeSequence sequence = new(100, Chat.Tokens.Length, (_, logits) =>
        {
            logits.Fill(-5);
            for (int place = 0; place < likely.Length; place++)
            {
                logits[Chat.IdOf(likely[place])] = 10 - place;
            }
        });
        using Session session = new(sequence, Tokenizer);
        GeneratedToken token = session.GenerateTokens("a", new GenerationOptions { Temperature = 0, Alternatives = likely.Length }).First();
        token.Alternatives.Select(alternative => alternative.Text).ShouldBe([" ab", "<|turn|>", "</s>", "\uFFFD", "<tool>", "é"]);
    }

    [Fact]
    public void TheOnlyLikelyTokenIsCertainAndNoMore()
    {
        FakeSequence sequence = new(20, Chat.Tokens.Length, (_, logits) =>
        {
            logits.Fill(float.NegativeInfinity);
            logits[Chat.IdOf("a")] = 1.1f;
        });
        using Session session = new(sequence, Tokenizer);
        GenerationOptions options = new() { Temperature = 0, Alternatives = 2, MaxTokens = 3 };
        foreach (GeneratedToken token in session.GenerateTokens("a", options))
        {
            token.LogProbability.ShouldBe(0);
            token.Alternatives[0].LogProbability.ShouldBe(0);
            token.Alternatives[1].LogProbability.ShouldBe(double.NegativeInfinity);
        }
    }

    [Fact]
    public void WhoeverDoesNotAskForThemGetsTheSameTokensWithoutThem()
    {
        GenerationOptions options = new() { Seed = 5, MaxTokens = 30 };
        using Session session = new(Random(Chat.Tokens.Length), Tokenizer);
        using Session unscored = new(Random(Chat.Tokens.Length), Tokenizer);
        GeneratedToken[] tokens = [.. session.GenerateTokens("abc", options)];
        GeneratedToken[] without = [.. unscored.GenerateTokens("abc", options with { LogProbabilities = false, Echo = true })];
        without.Where(token => !token.IsPrompt).Select(token => (token.Id, token.Text)).ShouldBe(tokens.Select(token => (token.Id, token.Text)));
        without.ShouldAllBe(token => token.LogProbability == null && token.Alternatives.Count == 0);
        tokens.ShouldAllBe(token => token.LogProbability != null);
    }

    private static float[] RandomLogits(int count, double deviation)
    {
        Random random = new(count);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(deviation * random.NextDouble() * 4))];
    }

    private static FakeSequence Random(int vocabularySize) => new(100, vocabularySize, Fill);

    // Logits that follow from all tokens so far.
    private static void Fill(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        uint hash = 17;
        foreach (int token in tokens)
        {
            hash = (hash ^ (uint)token) * 16777619;
        }

        Random random = new((int)hash);
        for (int id = 0; id < logits.Length; id++)
        {
            logits[id] = (float)(random.NextDouble() * 6);
        }
    }

    private static double Reference(float[] logits, int id) => logits[id] - Math.Log(logits.Sum(logit => Math.Exp(logit)));
}
