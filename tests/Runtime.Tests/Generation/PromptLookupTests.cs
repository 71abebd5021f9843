using System;
using System.Linq;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Sampling;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Generation;

/// <summary>Guesses from the text itself save steps, and change nothing else.</summary>
public sealed class PromptLookupTests
{
    private const string Prompt = "abc hello abc hello abc";

    private static readonly VocabularyContent Content = TestVocabulary.ChatContent();
    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Content);
    private static readonly Grammar Greeting = Grammar.FromGbnf("""root ::= ("hello abc " [abc]){4} "hello" """);

    /// <summary>How a sequence remembers its text.</summary>
    public enum Memory
    {
        All,
        Window,
        State,
    }

    private static GenerationOptions[] EverySort =>
    [
        new() { Temperature = 0 },
        new() { Temperature = 0, Alternatives = 2, Echo = true },
        new() { Temperature = 0.3f, LogProbabilities = false },
        new() { Temperature = 0.6f, MinTokens = 20 },
        new() { Temperature = 1.5f, Grammar = Greeting },
        new() { Temperature = 1.5f, Grammar = Greeting, LogProbabilities = false },
        new() { Temperature = 0.2f, StopSequences = ["abc ab", "lo", "c\u00E9"] },
        new() { Temperature = 0.5f, Penalties = new PenaltyOptions { Presence = 1, LastTokens = null }, BannedTexts = ["hello a"] },
        new() { Temperature = 0.4f, Mirostat = new MirostatOptions() },
        new() { Temperature = 0.4f, Xtc = new XtcOptions { Probability = 0.3f } },
        new() { Temperature = 0, LogitProcessors = [new EndsAfter(17)] },
    ];

    public static MatrixTheoryData<Memory, int, int> Settings => new([Memory.All, Memory.Window, Memory.State], [1, 2, 4], [1, 5, 100]);

    [Theory]
    [MemberData(nameof(Settings))]
    public void TheyChangeNoAnswer(Memory memory, int ngramLength, int maxTokens)
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
        using Session session = new(sequence, Tokenizer);
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
        using Session session = new(sequence, Tokenizer);
        Generate(session, [10, 11, 10, 11, 10], tokens: 29, new PromptLookupOptions { MaxTokens = 13 });
        sequence.Calls.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(Memory.All)]
    [InlineData(Memory.Window)]
    [InlineData(Memory.State)]
    public void WhereGuessesAreWrongFewerAreMade(Memory memory)
    {
        // Every other token is the same, and what follows it is new each time.
        FakeSequence sequence = Create(memory, contextLength: 200, rows: 48, Next);
        using Session session = new(sequence, Tokenizer);
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
    [InlineData(Memory.All)]
    [InlineData(Memory.State)]
    public void ACancelledStepIsTakenBack(Memory memory)
    {
        GenerationOptions options = new()
        {
            Temperature = 0, MinTokens = 60, MaxTokens = 60, PromptLookup = new PromptLookupOptions { NgramLength = 1 },
        };
        using Session whole = new(Random(memory, seed: 3), Tokenizer);
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
            using Session session = new(sequence, Tokenizer);
            Should.Throw<OperationCanceledException>(() => session.Generate(Prompt, options).Count());
            expected.AsSpan(0, session.Position).SequenceEqual(session.Tokens).ShouldBeTrue();
            int rest = expected.Length - session.Position;
            session.Generate("", options with { MinTokens = rest, MaxTokens = rest }).Count().ShouldBePositive();
            session.Tokens.ToArray().ShouldBe(expected);
        }
    }

    private static GenerationEnd Generate(Session session, int[] prompt, int tokens, PromptLookupOptions lookup)
    {
        GeneratedTokens generated = session.GenerateTokens(prompt, new GenerationOptions { Temperature = 0, MaxTokens = tokens, PromptLookup = lookup });
        generated.Count().ShouldBe(tokens);
        return generated.End!;
    }

    // All that is said of an answer, and of another one behind it.
    private static (string Facts, GenerationEnd End) Answer(FakeSequence sequence, GenerationOptions options)
    {
        using Session session = new(sequence, Tokenizer);
        GeneratedTokens first = session.GenerateTokens(Prompt, options);
        string facts = Facts(first);
        session.Rewind(session.Position / 2);
        return ($"{facts}\n{Facts(session.GenerateTokens("abc", new GenerationOptions { Seed = 1, MaxTokens = 5 }))}", first.End!);

        string Facts(GeneratedTokens tokens)
        {
            string all = string.Join('\n', tokens.Select(token =>
                $"{token.Id} {token.Text} {token.IsPrompt} {token.LogProbability:R} {string.Join(' ', token.Alternatives)}"));
            GenerationEnd end = tokens.End!;
            string text = string.Join(' ', session.Tokens.ToArray());
            return $"{all}\n{end.Reason} {end.StopSequence} {end.EndToken} {end.PromptTokens} {end.GeneratedTokens}\n{text}";
        }
    }

    // Logits that follow from the last two tokens, and that know a few tokens better than the others: such a text repeats itself.
    private static FakeSequence Random(Memory memory, int seed) => Create(memory, contextLength: 90, rows: 7, (tokens, logits) =>
    {
        Random random = new(HashCode(seed, tokens));
        for (int id = 0; id < logits.Length; id++)
        {
            logits[id] = (float)(random.NextDouble() * (id >= TestVocabulary.FirstByteId + 256 ? 8 : 3));
        }
    });

    private static int HashCode(int seed, ReadOnlySpan<int> tokens) => (seed * 31 + tokens[^1]) * 31 + (tokens.Length > 1 ? tokens[^2] : 0);

    private static FakeSequence Repeating(int period) => Create(Memory.All, contextLength: 200, rows: 48, (tokens, logits) =>
    {
        logits.Clear();
        logits[tokens[^period]] = 10;
    });

    private static FakeSequence Create(Memory memory, int contextLength, int rows, Action<ReadOnlySpan<int>, Span<float>> logits) =>
        new(contextLength, Content.Tokens.Length, logits)
        {
            Rows = rows,
            Window = memory == Memory.Window ? 4 : 0,
            HasState = memory == Memory.State,
        };

    private sealed class EndsAfter(int count) : LogitProcessor
    {
        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits) =>
            tokens.Length - promptLength < count ? LogitProcessorResult.Continue : LogitProcessorResult.EndGeneration;
    }
}
