using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Generation;

/// <summary>Why generation ended, and how many tokens it took.</summary>
public sealed class GenerationEndTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();
    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Chat);
    private static readonly GenerationOptions Greedy = new() { Temperature = 0 };

    [Fact]
    public void AnEndTokenEndsAText()
    {
        using Session session = Scripted("a", "b", "</s>");
        GenerationEnd end = End(session, "abc", Greedy with { Alternatives = 2 });
        end.Reason.ShouldBe(GenerationEndReason.EndToken);
        GeneratedToken token = end.EndToken!.Value;
        (token.Id, token.Text).ShouldBe((Chat.IdOf("</s>"), ""));

        // Logit 10 among zeros.
        token.LogProbability!.Value.ShouldBe(10 - Math.Log(Math.Exp(10) + Chat.Tokens.Length - 1), 1e-9);
        token.Alternatives.Select(alternative => alternative.Text).ShouldBe(["</s>", "<unk>"]);
        (end.PromptTokens, end.CachedTokens, end.GeneratedTokens).ShouldBe((2, 0, 2));
        end.PromptTime.ShouldBeGreaterThan(TimeSpan.Zero);
        end.GenerationTime.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public void TheTokenLimitEndsAText()
    {
        using Session session = Scripted("a", "b", "c");
        GenerationEnd end = End(session, "abc", Greedy with { MaxTokens = 2 });
        (end.Reason, end.GeneratedTokens, end.EndToken, end.StopSequence).ShouldBe((GenerationEndReason.TokenLimit, 2, null, null));
    }

    [Fact]
    public void AStopSequenceIsNamedAndItsTokensDoNotCount()
    {
        using Session session = Scripted("a", "hel", "lo", "b");
        GenerationEnd end = End(session, "abc", Greedy with { StopSequences = ["x", "hello", "o"] });
        (end.Reason, end.StopSequence, end.GeneratedTokens).ShouldBe((GenerationEndReason.StopSequence, "hello", 1));
    }

    [Fact]
    public void HalfACharacterAtTheEndMayCompleteAStopSequence()
    {
        using Session session = Scripted("a", "<0xC3>", "</s>");
        GenerationEnd end = End(session, "abc", Greedy with { StopSequences = ["\uFFFD"] });
        (end.Reason, end.StopSequence, end.EndToken, end.GeneratedTokens).ShouldBe((GenerationEndReason.StopSequence, "\uFFFD", null, 1));
        session.Position.ShouldBe(2 + 1);
    }

    [Fact]
    public void AFullContextEndsAText()
    {
        FakeSequence sequence = FakeSequence.Choosing(5, Chat.Tokens.Length, _ => Chat.IdOf("a"));
        using Session session = new(sequence, Tokenizer);
        GenerationEnd end = End(session, "a", Greedy);
        (end.Reason, end.PromptTokens, end.GeneratedTokens).ShouldBe((GenerationEndReason.ContextFull, 2, 3));

        // Nothing fits any more, and all but the last token is known.
        end = End(session, "", Greedy);
        (end.Reason, end.PromptTokens, end.CachedTokens, end.GeneratedTokens).ShouldBe((GenerationEndReason.ContextFull, 5, 4, 0));
    }

    [Fact]
    public void WhatTheSessionRemembersIsCached()
    {
        using Session session = Scripted("a", "b", "</s>");
        End(session, "abc", Greedy);
        GenerationEnd end = End(session, " hello", Greedy with { MaxTokens = 1 });

        // The token that was generated last is not evaluated yet.
        (end.PromptTokens, end.CachedTokens).ShouldBe((5, 4));
    }

    [Fact]
    public void ThereIsNoEndBeforeTheEnd()
    {
        using Session session = Scripted("a", "b", "</s>");
        GeneratedTokens tokens = session.GenerateTokens("abc", Greedy);
        tokens.End.ShouldBeNull();
        tokens.First().Text.ShouldBe("a");
        tokens.End.ShouldBeNull();
        session.Rewind(0);
        tokens.Count().ShouldBe(2);
        tokens.End!.GeneratedTokens.ShouldBe(2);
        session.Rewind(0);
        tokens.First();
        tokens.End.ShouldBeNull();
    }

    [Fact]
    public void LeavingEarlyKeepsTheTokensOfAllWholeSteps()
    {
        // "b" and "b" are held back, the first until it is clear that it starts no "bc".
        using Session session = Scripted("a", "b", "b", "c");
        GenerationOptions options = Greedy with { StopSequences = ["bc"] };
        session.GenerateTokens("abc", options).Take(2).Select(token => token.Text).ShouldBe(["a", "b"]);
        session.Tokens.ToArray()[2..].ShouldBe(Chat.IdsOf("a", "b", "b"));
        session.GenerateTokens("", Greedy with { MaxTokens = 1 }).Single().Text.ShouldBe("c");
    }

    [Fact]
    public void ASessionThatIsChangedWhileItGeneratesSaysSo()
    {
        using Session session = Scripted("a", "b", "c");
        Should.Throw<InvalidOperationException>(() =>
        {
            foreach (GeneratedToken _ in session.GenerateTokens("abc", Greedy))
            {
                session.Rewind(1);
            }
        }).Message.ShouldContain("changed");
        session.Position.ShouldBe(1);
    }

    [Fact]
    public void LogitsThatAreNoNumbersLeaveTheTokensBefore()
    {
        FakeSequence sequence = new(20, Chat.Tokens.Length, (tokens, logits) =>
        {
            logits.Clear();
            logits[Chat.IdOf("a")] = tokens.Length == 4 ? float.PositiveInfinity : 5;
        });
        using Session session = new(sequence, Tokenizer);
        List<string> texts = [];
        Should.Throw<ModelGenException>(() =>
        {
            foreach (GeneratedToken token in session.GenerateTokens("a", Greedy))
            {
                texts.Add(token.Text);
            }
        });
        texts.ShouldBe(["a", "a"]);
        session.Position.ShouldBe(4);
        session.Rewind(3);
        session.Evaluate(Chat.IdsOf("b", "c"));
    }

    [Fact]
    public void ArgumentsAreCheckedAtTheCall()
    {
        using Session session = Scripted("a");
        Should.Throw<ArgumentNullException>(() => session.GenerateTokens((string)null!));
        Should.Throw<ArgumentNullException>(() => session.GenerateTokens((IReadOnlyList<int>)null!));
        Should.Throw<ArgumentNullException>(() => session.GenerateTokensAsync((string)null!));
        Should.Throw<ArgumentNullException>(() => session.GenerateTokensAsync((IReadOnlyList<int>)null!));
        Should.Throw<ArgumentOutOfRangeException>(() => session.GenerateTokens("a", Greedy with { Alternatives = -1 }));
        Should.Throw<ArgumentOutOfRangeException>(() => session.GenerateTokensAsync("a", Greedy with { Alternatives = -1 }));
        session.Position.ShouldBe(0);
    }

    private static GenerationEnd End(Session session, string prompt, GenerationOptions options)
    {
        GeneratedTokens tokens = session.GenerateTokens(prompt, options);
        foreach (GeneratedToken token in tokens)
        {
            token.IsPrompt.ShouldBeFalse();
        }

        return tokens.End!;
    }

    private static Session Scripted(params string[] script) =>
        new(FakeSequence.Scripted(100, Chat.Tokens.Length, 2, Chat.IdsOf(script)), Tokenizer);
}
