using System;
using System.Linq;
using ModelGen.Runtime.Tests.Support;
using Shouldly;
using Xunit;
using static ModelGen.Runtime.Tests.Support.DraftedAnswers;

namespace ModelGen.Runtime.Tests.Generation;

/// <summary>Guesses from the text itself save steps, and change nothing else.</summary>
public sealed class PromptLookupTests
{
    public static MatrixTheoryData<SequenceMemory, int, int> Settings => new(
        [SequenceMemory.All, SequenceMemory.Window, SequenceMemory.State], [1, 2, 4], [1, 5, 100]);

    [Theory]
    [MemberData(nameof(Settings))]
    public void TheyChangeNoAnswer(SequenceMemory memory, int ngramLength, int maxTokens)
    {
        int accepted = 0;
        int refused = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            foreach (GenerationOptions sort in EverySort)
            {
                // Some come to the end of their context.
                GenerationOptions options = sort with { Seed = (ulong)seed, MaxTokens = 20 + seed * 10 };
                (string expected, GenerationEnd without) = Answer(Random(memory, seed), options);
                (string facts, GenerationEnd end) = Answer(
                    Random(memory, seed),
                    options with { PromptLookup = new PromptLookupOptions { NgramLength = ngramLength, MaxTokens = maxTokens } });
                facts.ShouldBe(expected);
                without.DraftedTokens.ShouldBe(0);
                accepted += end.AcceptedTokens;
                refused += end.DraftedTokens - end.AcceptedTokens;
            }
        }

        // With guesses of one sort alone the other would not have been tried.
        accepted.ShouldBePositive();
        refused.ShouldBePositive();
    }

    [Fact]
    public void ATextThatRepeatsItselfTakesFewerSteps()
    {
        FakeSequence sequence = Repeating(period: 10);
        using Session session = new(sequence, Words);
        GenerationEnd end = Generate(session, [.. Enumerable.Range(10, 10), .. Enumerable.Range(10, 3)], tokens: 91, new PromptLookupOptions());

        // The first token comes of the prompt; then there are ten steps of eight guesses and one token more.
        sequence.Calls.Count.ShouldBe(11);
        (end.DraftedTokens, end.AcceptedTokens).ShouldBe((80, 80));
    }

    /// <summary>What is guessed may be longer than what stands between the two places.</summary>
    [Fact]
    public void AGuessMayRepeatItself()
    {
        FakeSequence sequence = Repeating(period: 2);
        using Session session = new(sequence, Words);
        Generate(session, [10, 11, 10, 11, 10], tokens: 29, new PromptLookupOptions { MaxTokens = 13 });
        sequence.Calls.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(SequenceMemory.All)]
    [InlineData(SequenceMemory.Window)]
    [InlineData(SequenceMemory.State)]
    public void WhereGuessesAreWrongFewerAreMade(SequenceMemory memory)
    {
        // Every other token is the same, and what follows it is new each time.
        FakeSequence sequence = Create(memory, contextLength: 200, rows: 48, Next);
        using Session session = new(sequence, Words);
        GenerationEnd end = Generate(session, [10, 20, 10, 21, 10], tokens: 100, new PromptLookupOptions { NgramLength = 1 });
        end.AcceptedTokens.ShouldBe(0);
        end.DraftedTokens.ShouldBeInRange(40, 8 + 50);

        // The prompt, the first token behind it, and the first guess.
        sequence.Calls.Skip(3).Max(call => call.Tokens.Length).ShouldBe(2);

        static void Next(ReadOnlySpan<int> tokens, Span<float> logits)
        {
            logits.Clear();
            logits[tokens.Length % 2 == 0 ? 10 : 20 + tokens.Length / 2] = 10;
        }
    }

    /// <summary>A step that is cancelled leaves no guess behind.</summary>
    [Theory]
    [InlineData(SequenceMemory.All)]
    [InlineData(SequenceMemory.State)]
    public void ACancelledStepIsTakenBack(SequenceMemory memory)
    {
        GenerationOptions options = new()
        {
            Temperature = 0, MinTokens = 60, MaxTokens = 60, PromptLookup = new PromptLookupOptions { NgramLength = 1 },
        };
        using Session whole = new(Random(memory, seed: 3), Words);
        whole.Generate(Prompt, options).Count().ShouldBePositive();
        int[] expected = whole.Tokens.ToArray();
        for (int cancelled = 1; cancelled < 7; cancelled++)
        {
            FakeSequence sequence = Random(memory, seed: 3);
            int calls = 0;
            sequence.OnEvaluate = _ =>
            {
                if (calls++ == cancelled)
                {
                    throw new OperationCanceledException();
                }
            };
            using Session session = new(sequence, Words);
            Should.Throw<OperationCanceledException>(() => session.Generate(Prompt, options).Count());
            expected.AsSpan(0, session.Position).SequenceEqual(session.Tokens).ShouldBeTrue();
            int rest = expected.Length - session.Position;
            session.Generate("", options with { MinTokens = rest, MaxTokens = rest }).Count().ShouldBePositive();
            session.Tokens.ToArray().ShouldBe(expected);
        }
    }

    private static GenerationEnd Generate(Session session, int[] prompt, int tokens, PromptLookupOptions lookup)
    {
        GenerationOptions options = new() { Temperature = 0, MaxTokens = tokens, PromptLookup = lookup };
        GeneratedTokens generated = session.GenerateTokens(prompt, options);
        generated.Count().ShouldBe(tokens);
        return generated.End!;
    }
}
