using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Generation;

/// <summary>A prompt's tokens in front of the generated ones, each with how likely the model held it to be.</summary>
public sealed class EchoTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();
    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Chat);
    private static readonly GenerationOptions Echo = new() { Temperature = 0, MaxTokens = 4, Echo = true, Alternatives = 2 };

    // Prompts of fewer and of more tokens than have their logits in one batch.
    [Theory]
    [InlineData("a")]
    [InlineData("ab c")]
    [InlineData("hello abc abc é hello zoo abc ab")]
    public void ThePromptComesFirstWithItsProbabilities(string prompt)
    {
        using Session session = Open();
        GeneratedTokens generated = session.GenerateTokens(prompt, Echo);
        GeneratedToken[] tokens = [.. generated];
        IReadOnlyList<int> ids = Tokenizer.EncodeToIds(prompt);
        tokens.Take(ids.Count).ShouldAllBe(token => token.IsPrompt);
        tokens.Skip(ids.Count).ShouldAllBe(token => !token.IsPrompt);
        string.Concat(tokens.Take(ids.Count).Select(token => token.Text)).ShouldBe(prompt);
        tokens[0].LogProbability.ShouldBeNull();
        tokens[0].Alternatives.ShouldBeEmpty();
        generated.End!.GeneratedTokens.ShouldBe(tokens.Length - ids.Count);
        generated.End.PromptTokens.ShouldBe(ids.Count);

        // What is generated is what is generated without.
        using Session without = Open();
        without.GenerateTokens(prompt, Echo with { Echo = false }).Select(Facts).ShouldBe(tokens.Skip(ids.Count).Select(Facts));
        session.Tokens.ToArray().ShouldBe(without.Tokens.ToArray());
        Check(tokens.Skip(1), session.Tokens.ToArray(), 1);
    }

    [Fact]
    public void BehindATextTheFirstTokenHasAProbabilityToo()
    {
        foreach (bool isEvaluated in new[] { true, false })
        {
            using Session session = Open();
            session.Evaluate(Chat.IdsOf("<s>", "▁a", "b"));
            if (!isEvaluated)
            {
                session.Generate("", Echo with { MaxTokens = 1, Echo = false }).Count().ShouldBe(1);
            }

            int position = session.Position;
            GeneratedToken[] tokens = [.. session.GenerateTokens(Chat.IdsOf("hello", "<|turn|>", "▁ab", "c", "a"), Echo)];
            tokens.Select(token => token.IsPrompt).ShouldBe([true, true, true, true, true, false, false, false, false]);
            string.Concat(tokens.Take(5).Select(token => token.Text)).ShouldBe("hello abca");
            Check(tokens, session.Tokens.ToArray(), position);
        }
    }

    [Fact]
    public void AnEmptyPromptHasNothingToEcho()
    {
        using Session session = Open();
        session.Evaluate(Chat.IdsOf("<s>", "▁a"));
        session.GenerateTokens("", Echo).ShouldAllBe(token => !token.IsPrompt);
    }

    [Fact]
    public void HalfACharacterAtThePromptsEndIsItsOwn()
    {
        using Session session = Open();
        GeneratedToken[] tokens = [.. session.GenerateTokens(Chat.IdsOf("<s>", "a", "<0xC3>"), Echo)];
        tokens.Take(3).Select(token => token.Text).ShouldBe(["", "a", "\uFFFD"]);
    }

    [Fact]
    public void AsTextThePromptComesFirstToo()
    {
        using Session session = Open();
        string text = string.Concat(session.Generate("hello abc", Echo with { Echo = false }));
        session.Rewind(0);
        string.Concat(session.Generate("hello abc", Echo with { StopSequences = ["o a"] })).ShouldBe("hello abc" + text);
    }

    [Fact]
    public void RowsThatPadTheOutputHeadHaveNoText()
    {
        int padding = Chat.Tokens.Length + 1;
        using Session session = new(new FakeSequence(100, Chat.Tokens.Length + 3, Fill), Tokenizer);
        GeneratedToken[] tokens = [.. session.GenerateTokens([1, padding, Chat.IdOf("a")], Echo)];
        tokens.Take(3).Select(token => token.Text).ShouldBe(["", "", "a"]);
        tokens[1].LogProbability!.Value.ShouldBeLessThan(0);
    }

    [Fact]
    public void APromptWhoseLogitsAreNoNumbersIsAnErrorAndTheSessionGoesOn()
    {
        bool isDamaged = true;
        FakeSequence sequence = new(100, Chat.Tokens.Length, (tokens, logits) =>
        {
            Fill(tokens, logits);
            logits[5] = isDamaged && tokens.Length == 2 ? float.NaN : 0;
        });
        using Session session = new(sequence, Tokenizer);
        int[] prompt = Chat.IdsOf("<s>", "▁a", "b", "c", "d");
        Should.Throw<ModelGenException>(() => session.GenerateTokens(prompt, Echo).Count()).Message.ShouldContain("not numbers");
        isDamaged = false;
        session.Rewind(0);
        session.GenerateTokens(prompt, Echo).Count().ShouldBe(5 + 4);
    }

    private static (int, string, double?) Facts(GeneratedToken token) => (token.Id, token.Text, token.LogProbability);

    // Token i of those given is the text's at position + i.
    private static void Check(IEnumerable<GeneratedToken> tokens, int[] text, int position)
    {
        float[] logits = new float[Chat.Tokens.Length];
        foreach (GeneratedToken token in tokens)
        {
            Fill(text.AsSpan(0, position), logits);
            token.Id.ShouldBe(text[position]);
            double normalizer = Math.Log(logits.Sum(logit => Math.Exp(logit)));
            token.LogProbability!.Value.ShouldBe(logits[token.Id] - normalizer, 1e-9);
            token.Alternatives.Select(alternative => alternative.Id).ShouldBe(
                Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).Take(2));
            position++;
        }
    }

    private static Session Open() => new(new FakeSequence(200, Chat.Tokens.Length, Fill), Tokenizer);

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

        // Generation goes on.
        logits[Chat.IdOf("</s>")] = logits[Chat.IdOf("<|im_end|>")] = 0;
    }
}
