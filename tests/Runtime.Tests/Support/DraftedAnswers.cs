using System;
using System.Linq;
using ModelGen.Sampling;
using ModelGen.Vocabularies;

namespace ModelGen.Runtime.Tests.Support;

/// <summary>Texts, sequences and options for tests of guesses, which are to change nothing of an answer.</summary>
internal static class DraftedAnswers
{
    public const string Prompt = "abc hello abc hello abc";

    public static readonly VocabularyContent Content = TestVocabulary.ChatContent();
    public static readonly Tokenizer Words = TestVocabulary.Open(Content);

    private static readonly Grammar Greeting = Grammar.FromGbnf("""root ::= ("hello abc " [abc]){4} "hello" """);

    /// <summary>Options of every sort that has a part in which token is chosen, or in when to end.</summary>
    public static GenerationOptions[] EverySort =>
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

    /// <summary>All that is said of an answer, and of another one behind it.</summary>
    public static (string Facts, GenerationEnd End) Answer(FakeSequence sequence, GenerationOptions options)
    {
        using Session session = new(sequence, Words);
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

    /// <summary>
    /// Logits that follow from the last two tokens, and that know a few tokens better than the others: such a text repeats itself.
    /// </summary>
    public static FakeSequence Random(SequenceMemory memory, int seed, int contextLength = 90) =>
        Create(memory, contextLength, rows: 7, (tokens, logits) =>
        {
            Random random = new((seed * 31 + tokens[^1]) * 31 + (tokens.Length > 1 ? tokens[^2] : 0));
            for (int id = 0; id < logits.Length; id++)
            {
                logits[id] = (float)(random.NextDouble() * (id >= TestVocabulary.FirstByteId + 256 ? 8 : 3));
            }
        });

    /// <summary>Each token is the one so many places before it.</summary>
    public static FakeSequence Repeating(int period, int contextLength = 200) =>
        Create(SequenceMemory.All, contextLength, rows: 48, (tokens, logits) =>
        {
            logits.Clear();
            logits[tokens[^int.Min(period, tokens.Length)]] = 10;
        });

    public static FakeSequence Create(SequenceMemory memory, int contextLength, int rows, Action<ReadOnlySpan<int>, Span<float>> logits) =>
        new(contextLength, Content.Tokens.Length, logits)
        {
            Rows = rows,
            Window = memory == SequenceMemory.Window ? 4 : 0,
            HasState = memory == SequenceMemory.State,
        };

    private sealed class EndsAfter(int count) : LogitProcessor
    {
        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits) =>
            tokens.Length - promptLength < count ? LogitProcessorResult.Continue : LogitProcessorResult.EndGeneration;
    }
}
