using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Vocabularies;
using ModelGen.Runtime.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sessions;

public sealed class GenerateTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();
    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Chat);
    private static readonly GenerationOptions Greedy = new() { Temperature = 0 };

    [Fact]
    public void GivesTheTextOfTheTokensUntilOneEndsIt()
    {
        using Session session = Scripted(out FakeSequence sequence, 2, "▁ab", "c", "▁hello", "</s>");
        session.Generate("abc", Greedy).ShouldBe([" ab", "c", " hello"]);

        // Prompt and generated tokens, without the end.
        session.Position.ShouldBe(2 + 3);
        sequence.Calls.Select(call => (call.Position, string.Join(' ', call.Tokens))).ShouldBe(
            [(0, Ids("<s>", "▁abc")), (2, Ids("▁ab")), (3, Ids("c")), (4, Ids("▁hello"))]);
    }

    [Fact]
    public void EndsAfterMaxTokensWithoutEvaluatingTheLast()
    {
        using Session session = Scripted(out FakeSequence sequence, 2, "a", "b", "c");
        session.Generate("abc", Greedy with { MaxTokens = 2 }).ShouldBe(["a", "b"]);
        session.Position.ShouldBe(4);
        sequence.Calls.Count.ShouldBe(2);

        // The next call makes up for it.
        session.Generate("", Greedy with { MaxTokens = 1 }).ShouldBe(["c"]);
        string.Join(' ', sequence.Calls[^1].Tokens).ShouldBe(Ids("b"));
        session.Position.ShouldBe(5);
    }

    [Fact]
    public void GeneratingInPartsIsGeneratingAtOnce()
    {
        string whole = string.Concat(Rambling().Generate("abc", Greedy with { MaxTokens = 40 }));
        using Session session = Rambling();
        string parts = string.Concat(session.Generate("abc", Greedy with { MaxTokens = 7 }));
        for (int part = 0; part < 3; part++)
        {
            parts += string.Concat(session.Generate("", Greedy with { MaxTokens = 11 }));
        }

        parts.ShouldBe(whole);
    }

    [Fact]
    public void AnEmptyPromptGoesOnEvenWhereEverythingIsEvaluated()
    {
        string expected = string.Concat(Rambling().Generate("abc", Greedy with { MaxTokens = 5 }));
        using Session session = Rambling();
        session.Evaluate([.. Tokenizer.EncodeToIds("abc")]);
        string.Concat(session.Generate("", Greedy with { MaxTokens = 5 })).ShouldBe(expected);
    }

    [Fact]
    public void APromptGoesOnFromTheTextAsItStands()
    {
        using Session session = Rambling(out FakeSequence sequence);
        session.Evaluate([.. Tokenizer.EncodeToIds("ab")]);
        Take(session.Generate("c ab", Greedy));
        string.Join(' ', sequence.Calls[^1].Tokens).ShouldBe(Ids("c", "▁ab"));

        // Behind a control token text starts anew, as it does where both stand in one prompt.
        session.Evaluate([Chat.IdOf("<|turn|>")]);
        Take(session.Generate("ab", Greedy));
        string.Join(' ', sequence.Calls[^1].Tokens).ShouldBe(Ids("▁ab"));
    }

    [Fact]
    public void BOSComesWithTheFirstPromptOnlyAndEOSNever()
    {
        Tokenizer addsBoth = TestVocabulary.Open(Chat with { AddEndOfSequence = true });
        FakeSequence sequence = FakeSequence.Scripted(100, Chat.Tokens.Length, 2, [.. Chat.IdsOf("a", "b")]);
        using Session session = new(sequence, addsBoth);
        Take(session.Generate("ab", Greedy));
        Take(session.Generate(" ab", Greedy));
        string.Join(' ', sequence.Calls[0].Tokens).ShouldBe(Ids("<s>", "▁ab"));
        string.Join(' ', sequence.Calls[1].Tokens).ShouldBe(Ids("a", "▁ab"));
        session.Rewind(0);
        Take(session.Generate("ab", Greedy));
        string.Join(' ', sequence.Calls[2].Tokens).ShouldBe(Ids("<s>", "▁ab"));
    }

    [Fact]
    public void TextOfControlTokensInAPromptIsTextButIdsAreIds()
    {
        using Session session = Rambling(out FakeSequence sequence);
        Take(session.Generate("<|turn|>", Greedy));
        sequence.Calls[0].Tokens.ShouldNotContain(Chat.IdOf("<|turn|>"));
        session.Rewind(0);
        Take(session.Generate([.. Chat.IdsOf("<|turn|>", "a")], Greedy));
        string.Join(' ', sequence.Calls[1].Tokens).ShouldBe(Ids("<|turn|>", "a"));
    }

    [Fact]
    public void PiecesAreWholeCharacters()
    {
        using Session session = Scripted(out _, 2, "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "a", "<0xE2>", "</s>");
        session.Generate("a", Greedy).ShouldBe(["😀", "a", "\uFFFD"]);
    }

    [Fact]
    public void AFullContextEndsGeneration()
    {
        FakeSequence sequence = FakeSequence.Choosing(5, Chat.Tokens.Length, _ => Chat.IdOf("a"));
        using Session session = new(sequence, Tokenizer);
        session.Generate("a", Greedy).ShouldBe(["a", "a", "a"]);
        session.Position.ShouldBe(5);
        session.Generate("", Greedy).ShouldBeEmpty();
        Should.Throw<ContextFullException>(() => session.Generate("a", Greedy)).Count.ShouldBe(1);
        session.Rewind(3);
        session.Generate("ab", Greedy).ShouldBe(["a"]);
    }

    [Fact]
    public void APromptThatDoesNotFitIsRefusedAtTheCall()
    {
        FakeSequence sequence = FakeSequence.Choosing(5, Chat.Tokens.Length, _ => Chat.IdOf("a"));
        using Session session = new(sequence, Tokenizer);
        Should.Throw<ContextFullException>(() => session.Generate("z z z", Greedy)).Message.ShouldContain("holds 0 of 5 tokens");
        session.Generate("a a a a", Greedy).ShouldBeEmpty();
        session.Position.ShouldBe(5);
    }

    [Theory]
    [InlineData("he", " abc ")]
    [InlineData("lo", " abc hel")]
    [InlineData("o a", " abc hell")]
    [InlineData(" hello", " abc")]
    [InlineData(" abc hello a", "")]
    [InlineData("hello b", " abc hello a")]
    public void AStopSequenceEndsGenerationWhereverTokensPartIt(string stop, string expected)
    {
        using Session session = Scripted(out _, 2, "▁abc", "▁", "hel", "lo", "▁a", "</s>");
        string.Concat(session.Generate("a", Greedy with { StopSequences = [stop] })).ShouldBe(expected);
    }

    [Fact]
    public void NoPieceHasAPartOfAStopSequence()
    {
        using Session session = Scripted(out _, 2, "a", "▁", "he", "l", "hel", "lo", "a");
        session.Generate("a", Greedy with { StopSequences = ["hello"], MaxTokens = 7 }).ShouldBe(["a", " ", "he", "l"]);
    }

    [Theory]
    [InlineData("hello", "▁")]
    [InlineData("llo", "hel")]
    [InlineData("b hel", "ab")]
    [InlineData("ab", "▁a")]
    [InlineData("nothing", "a")]
    public void TheSessionForgetsTokensThatStartInsideTheStopSequence(string stop, string lastKept)
    {
        string[] tokens = ["<s>", "▁a", "ab", "▁", "hel", "lo", "a"];
        using Session session = Scripted(out FakeSequence sequence, 2, tokens[2..]);
        _ = session.Generate("a", Greedy with { StopSequences = [stop], MaxTokens = 5 }).Count();
        int position = Array.IndexOf(tokens, lastKept) + 1;
        session.Position.ShouldBe(position);

        // What is evaluated next goes on behind the last kept token.
        session.Evaluate(Chat.IdsOf("b"));
        (int at, int[] evaluated) = sequence.Calls[^1];
        (at + evaluated.Length).ShouldBe(position + 1);
        tokens[..at].Select(Chat.IdOf).Concat(evaluated).ShouldBe(Chat.IdsOf([.. tokens[..position], "b"]));
    }

    [Fact]
    public void ArgumentsAreCheckedAtTheCallAndNothingRunsBeforeTheFirstPiece()
    {
        using Session session = Rambling(out FakeSequence sequence);
        Should.Throw<ArgumentNullException>(() => session.Generate((string)null!));
        Should.Throw<ArgumentNullException>(() => session.Generate((IReadOnlyList<int>)null!));
        Should.Throw<ArgumentOutOfRangeException>(() => session.Generate("a", Greedy with { TopP = 2 }));
        Should.Throw<ArgumentOutOfRangeException>(() => session.Generate([-1], Greedy));
        Should.Throw<ArgumentException>(() => session.Generate([], Greedy));
        session.Generate("a", Greedy);
        sequence.Calls.ShouldBeEmpty();
        session.Position.ShouldBe(0);
    }

    [Fact]
    public void AnEmptyPromptOfAnEmptySessionNeedsBOS()
    {
        using Session withBos = Rambling();
        Take(withBos.Generate("", Greedy)).ShouldNotBeEmpty();
        using Session without = new(
            FakeSequence.Choosing(100, Chat.Tokens.Length, _ => 5), TestVocabulary.Open(Chat with { AddBeginningOfSequence = false }));
        Should.Throw<ArgumentException>(() => without.Generate("", Greedy)).Message.ShouldContain("no BOS");
    }

    [Fact]
    public void LeavingTheEnumerationKeepsWhatWasGenerated()
    {
        using Session session = Rambling();
        string[] all = [.. Rambling().Generate("abc", Greedy with { MaxTokens = 10 })];
        string[] some = [.. session.Generate("abc", Greedy).Take(3)];
        some.ShouldBe(all.Take(3));
        session.Position.ShouldBe(2 + 3);
        string.Concat(some.Concat(session.Generate("", Greedy with { MaxTokens = 7 }))).ShouldBe(string.Concat(all));
    }

    [Fact]
    public void EnumeratingAgainAppendsThePromptAgain()
    {
        using Session session = Rambling(out FakeSequence sequence);
        IEnumerable<string> pieces = session.Generate("ab", Greedy with { MaxTokens = 1 });
        Take(pieces);
        Take(pieces);
        string.Join(' ', sequence.Calls[0].Tokens).ShouldBe(Ids("<s>", "▁ab"));
        sequence.Calls[1].Tokens.Skip(1).ShouldBe(Chat.IdsOf("ab"));
    }

    [Fact]
    public void ASessionThatIsChangedWhileItGeneratesSaysSo()
    {
        using Session session = Rambling();
        Should.Throw<InvalidOperationException>(() =>
        {
            foreach (string _ in session.Generate("abc", Greedy))
            {
                session.Rewind(1);
            }
        }).Message.ShouldContain("changed");
        session.Position.ShouldBe(1);
        Take(session.Generate("abc", Greedy)).ShouldNotBeEmpty();
    }

    [Fact]
    public void OptionsAreTakenAtTheCall()
    {
        List<string> stops = ["zzz"];
        using Session session = Scripted(out _, 2, "a", "b", "</s>");
        IEnumerable<string> pieces = session.Generate("a", Greedy with { StopSequences = stops });
        stops[0] = "b";
        string.Concat(pieces).ShouldBe("ab");
    }

    [Fact]
    public void TheSeedDecidesWhatIsDrawn()
    {
        GenerationOptions seeded = new() { Temperature = 2, TopK = 0, TopP = 1, MinP = 0, Seed = 5, MaxTokens = 30 };
        string text = string.Concat(Even().Generate("a", seeded));
        string.Concat(Even().Generate("a", seeded)).ShouldBe(text);
        string.Concat(Even().Generate("a", seeded with { Seed = 6 })).ShouldNotBe(text);

        static Session Even() => new(new FakeSequence(100, Chat.Tokens.Length, (_, logits) =>
        {
            logits.Fill(float.NegativeInfinity);
            logits[Chat.IdOf("a")] = logits[Chat.IdOf("b")] = logits[Chat.IdOf("c")] = 1;
        }), Tokenizer);
    }

    [Fact]
    public void RowsThatPadTheOutputHeadAreNeverDrawn()
    {
        FakeSequence sequence = FakeSequence.Choosing(10, Chat.Tokens.Length + 5, _ => Chat.Tokens.Length + 3);
        using Session session = new(sequence, Tokenizer);
        session.Generate("a", Greedy with { MaxTokens = 1 }).ShouldBeEmpty();
        sequence.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public void LogitsThatAreNoNumbersAreAnErrorAndTheSessionGoesOn()
    {
        bool damaged = true;
        FakeSequence sequence = new(10, Chat.Tokens.Length, (_, logits) =>
        {
            logits.Clear();
            logits[Chat.IdOf("a")] = damaged ? float.NaN : 1;
        });
        using Session session = new(sequence, Tokenizer);
        Should.Throw<ModelGenException>(() => Take(session.Generate("a", Greedy))).Message.ShouldContain("NaN");
        damaged = false;
        session.Generate("", Greedy with { MaxTokens = 1 }).ShouldBe(["a"]);
    }

    [Fact]
    public void TheDemoModelsTruthStreamsAsItsText()
    {
        Tokenizer tokenizer = TestFiles.OpenTokenizer(TestFiles.DemoModel);
        foreach (TruthCase truth in TestFiles.ReadTruth(Path.ChangeExtension(TestFiles.DemoModel, ".truth.json")))
        {
            FakeSequence sequence = FakeSequence.Scripted(256, tokenizer.VocabularySize, truth.PromptIds.Length, truth.Ids);
            using Session session = new(sequence, tokenizer);
            string text = string.Concat(session.Generate(truth.Prompt, Greedy with { MaxTokens = truth.Ids.Length }));
            (" " + truth.Prompt + text).ShouldBe(truth.FullText);
            session.Position.ShouldBe(truth.PromptIds.Length + truth.Ids.Length);
        }
    }

    private static string Ids(params string[] tokens) => string.Join(' ', Chat.IdsOf(tokens));

    private static string Take(IEnumerable<string> pieces) => pieces.FirstOrDefault() ?? "";

    private static Session Scripted(out FakeSequence sequence, int promptLength, params string[] script)
    {
        sequence = FakeSequence.Scripted(100, Chat.Tokens.Length, promptLength, Chat.IdsOf(script));
        return new Session(sequence, Tokenizer);
    }

    private static Session Rambling() => Rambling(out _);

    // Every token depends on all tokens before it, so that one wrong token shows in all that follow.
    private static Session Rambling(out FakeSequence sequence)
    {
        int[] words = Chat.IdsOf("a", "b", "c", "▁ab", "hello", "<0xC3>", "<0xA9>", "é");
        sequence = FakeSequence.Choosing(
            200,
            Chat.Tokens.Length,
            tokens => words[tokens.Aggregate(17u, (hash, token) => (hash ^ (uint)token) * 16777619 + (hash >> 13)) / 64 % words.Length]);
        return new Session(sequence, Tokenizer);
    }
}
