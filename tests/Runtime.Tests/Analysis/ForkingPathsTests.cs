using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelGen.Analysis;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Analysis;

/// <summary>Ways that fork off, in models small enough to say what comes of each.</summary>
public sealed class ForkingPathsTests
{
    private const double Tolerance = 1e-6;

    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();
    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Chat);

    [Fact]
    public void WeightsAreTheSharesOfOutcomesThatChange()
    {
        // "▁a" or "▁ab" without meaning; then "a" (0.6) leads to "c", "b" (0.3) to "d", "d" (0.1) to "c"; then the end.
        using Session session = Tree(text => text.Length switch
        {
            0 => [("▁a", 0.7), ("▁ab", 0.3)],
            1 => [("a", 0.6), ("b", 0.3), ("d", 0.1)],
            2 => [(text[1] == "b" ? "d" : "c", 0.98), ("e", 0.02)],
            _ => [("</s>", 0.9), ("o", 0.1)],
        });
        ForkingPaths paths = Find(session, "a", text => text[^1..]);
        paths.Text.ShouldBe(" aac");
        paths.Outcome.ShouldBe("c");
        paths.End.Reason.ShouldBe(GenerationEndReason.EndToken);
        paths.Tokens.Select(token => token.Token.Id).ShouldBe(Chat.IdsOf("▁a", "a", "c", "</s>"));
        paths.Tokens.Select(token => token.Weight).ShouldBe([0, 0.3, 0, 0.1], Tolerance);

        ForkingToken first = paths.Tokens[0];
        first.Forks.Select(fork => fork.Texts.Single()).ShouldBe([" abac"]);
        first.Forks[0].ChangedShare.ShouldBe(0);
        ForkingToken second = paths.Tokens[1];
        second.Forks.Select(fork => (fork.Alternative.Text, fork.Texts.Single(), fork.Outcomes.Single(), fork.ChangedShare)).ShouldBe(
            [("b", " abd", "d", 1.0), ("d", " adc", "c", 0.0)]);
        second.Outcomes.Keys.Order().ShouldBe(["c", "d"]);
        second.Outcomes["c"].ShouldBe(0.7, Tolerance);

        // Behind the end the text goes on to the limit.
        paths.Tokens[3].Forks.Single().Texts.Single().ShouldBe(" aaco");
        session.Position.ShouldBe(0);
    }

    [Fact]
    public void OnlyTokensThatAreLikelyEnoughAreTried()
    {
        using Session session = Tree(text => text.Length == 0 ? [("a", 0.55), ("b", 0.25), ("c", 0.15), ("d", 0.05)] : [("</s>", 1)]);
        foreach ((double least, int count) in new[] { (0.2, 1), (0.1, 2), (0.04, 3), (0.5, 0), (1.0, 0) })
        {
            ForkingPaths paths = Find(session, "a", text => text, new ForkingPathsOptions { MinProbability = least });
            paths.Tokens[0].Forks.Count.ShouldBe(count);
            double[] tried = [.. new[] { 0.25, 0.15, 0.05 }.Take(count)];
            paths.Tokens[0].Weight.ShouldBe(tried.Sum() / (0.55 + tried.Sum()), Tolerance);
            paths.Tokens[1].Forks.ShouldBeEmpty();
        }
    }

    [Fact]
    public void SamplesCountByTheirShare()
    {
        // Behind "b" one of two outcomes is drawn.
        using Session session = Tree(text => text switch
        {
            [] => [("a", 0.6), ("b", 0.4)],
            ["b"] => [("c", 0.5), ("d", 0.5)],
            ["a"] => [("c", 1)],
            _ => [("</s>", 1)],
        });
        ForkingPathsOptions options = new()
        {
            Generation = new GenerationOptions { Temperature = 1, TopK = 0, TopP = 1, MinP = 0, Seed = Seed(session) },
            Samples = 60,
        };
        ForkingPaths paths = Find(session, "a", text => text[^1..], options);
        paths.Text.ShouldBe("ac");
        TokenFork fork = paths.Tokens[0].Forks.Single();
        fork.Texts.Count.ShouldBe(60);
        fork.Texts.Distinct().Order().ShouldBe(["bc", "bd"]);
        fork.ChangedShare.ShouldBe(fork.Texts.Count(text => text == "bd") / 60.0);
        fork.ChangedShare.ShouldBeInRange(0.3, 0.7);
        paths.Tokens[0].Weight.ShouldBe(0.4 * fork.ChangedShare, Tolerance);

        // The same seed gives the same; greedily one sample is all.
        Find(session, "a", text => text[^1..], options).Tokens[0].Forks[0].Texts.ShouldBe(fork.Texts);
        Find(session, "a", text => text, new ForkingPathsOptions { Samples = 60 }).Tokens[0].Forks[0].Texts.ShouldBe(["bc"]);

        static ulong Seed(Session session)
        {
            // One whose answer starts with "a".
            for (ulong seed = 0; ; seed++)
            {
                using Session fork = session.Fork();
                if (fork.Generate("a", new GenerationOptions { Temperature = 1, TopK = 0, TopP = 1, MinP = 0, Seed = seed }).First() == "a")
                {
                    return seed;
                }
            }
        }
    }

    [Fact]
    public void EveryWayIsTheTextThatASessionGoesOnWith()
    {
        // Random trees with stop sequences and limits: a way is what generating from the prompt and the token gives, behind the answer's front.
        for (int seed = 0; seed < 60; seed++)
        {
            string[] words = ["a", "b", "ab", "▁", "é", "hello", "</s>"];
            int salt = seed;
            using Session session = Tree(text =>
            {
                Random random = new(text.Aggregate(salt, (hash, word) => hash * 31 + Array.IndexOf(words, word)));
                double[] shares = [.. words.Select(_ => random.NextDouble())];
                return [.. words.Zip(shares).Select(pair => (pair.First, pair.Second / shares.Sum()))];
            });
            GenerationOptions generation = new() { Temperature = 0, MaxTokens = 6, StopSequences = ["ba", "oé"] };
            ForkingPaths paths = Find(session, "a", text => text, new ForkingPathsOptions { Generation = generation, MinProbability = 0.1 });
            using Session check = session.Fork();
            string.Concat(check.Generate("a", generation)).ShouldBe(paths.Text);
            int[] ids = [.. paths.Tokens.Select(token => token.Token.Id)];
            for (int index = 0; index < ids.Length; index++)
            {
                foreach (TokenFork fork in paths.Tokens[index].Forks)
                {
                    fork.Texts.Single().ShouldBe(Forced([.. ids[..index], fork.Alternative.Id], session, generation));
                }
            }
        }

        // Greedy generation of a model that holds the forced tokens to be certain.
        static string Forced(int[] front, Session session, GenerationOptions generation)
        {
            FakeSequence sequence = new(100, Chat.Tokens.Length, (tokens, logits) =>
            {
                int index = tokens.Length - 2;
                if (index < front.Length)
                {
                    logits.Clear();
                    logits[front[index]] = 10;
                }
                else
                {
                    using Session fork = session.Fork();
                    fork.Evaluate(tokens).CopyTo(logits);
                }
            });
            using Session forced = new(sequence, Tokenizer);
            return string.Concat(forced.Generate("a", generation));
        }
    }

    [Fact]
    public void TheSessionStaysAsItIs()
    {
        using Session session = Tree(text => text.Length < 3 ? [("a", 0.6), ("b", 0.4)] : [("</s>", 1)]);
        session.Evaluate(Chat.IdsOf("<s>", "▁a"));
        using CancellationTokenSource cancellation = new();
        int outcomes = 0;
        ForkingPaths paths = ForkingPaths.Find(session, Chat.IdsOf(), _ => $"{outcomes++}", cancellationToken: cancellation.Token);
        outcomes.ShouldBe(1 + 3);
        paths.Tokens.Count.ShouldBe(4);
        session.Tokens.ToArray().ShouldBe(Chat.IdsOf("<s>", "▁a"));
        cancellation.Cancel();
        Should.Throw<OperationCanceledException>(() => ForkingPaths.Find(session, "b", text => text, cancellationToken: cancellation.Token));
        session.Position.ShouldBe(2);
        session.Evaluate(Chat.IdsOf("b"));
    }

    [Fact]
    public void ArgumentsAreChecked()
    {
        using Session session = Tree(_ => [("a", 1)]);
        Should.Throw<ArgumentNullException>(() => Find(null!, "a", text => text));
        Should.Throw<ArgumentNullException>(() => Find(session, null!, text => text));
        Should.Throw<ArgumentNullException>(() => ForkingPaths.Find(
            session, (IReadOnlyList<int>)null!, text => text, null, TestContext.Current.CancellationToken));
        Should.Throw<ArgumentNullException>(() => Find(session, "a", null!));
        foreach (ForkingPathsOptions options in new ForkingPathsOptions[]
        {
            new() { MinProbability = 0 }, new() { MinProbability = 1.1 }, new() { MinProbability = double.NaN },
            new() { Samples = 0 }, new() { Samples = 1001 }, new() { Generation = new GenerationOptions { MaxTokens = 0 } },
        })
        {
            Should.Throw<ArgumentOutOfRangeException>(() => Find(session, "a", text => text, options)).ParamName.ShouldBe("options");
        }
    }

    /// <summary>A model that says how likely each word is behind those that were generated, at most ten of them.</summary>
    private static Session Tree(Func<string[], (string Word, double Probability)[]> next)
    {
        FakeSequence sequence = new(12, Chat.Tokens.Length, (tokens, logits) =>
        {
            string[] words = [.. tokens[Math.Min(2, tokens.Length)..].ToArray().Select(Word)];
            logits.Fill(float.NegativeInfinity);
            foreach ((string word, double probability) in next(words))
            {
                logits[Chat.IdOf(word)] = (float)Math.Log(probability);
            }
        });
        return new Session(sequence, Tokenizer);
    }

    private static ForkingPaths Find(Session session, string prompt, Func<string, string> outcome, ForkingPathsOptions? options = null) =>
        ForkingPaths.Find(session, prompt, outcome, options, TestContext.Current.CancellationToken);

    private static string Word(int id) => System.Text.Encoding.UTF8.GetString(Chat.Tokens[id]);
}
