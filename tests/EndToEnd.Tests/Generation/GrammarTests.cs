using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using ModelGen.Sampling;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Generation;

/// <summary>
/// Answers of compiled models that follow a grammar. Only the logits of tokens that may follow are computed; they are those that Evaluate
/// gives.
/// </summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class GrammarTests
{
    private const string Prompt = "Once upon a time there was a little dragon.";

    private static readonly Grammar Json = Grammar.FromJsonSchema("""
        {"type": "object", "properties": {"name": {"type": "string", "maxLength": 12}, "age": {"type": "integer", "minimum": 0, "maximum": 500},
        "likes": {"type": "array", "items": {"enum": ["caves", "gold", "friends"]}, "maxItems": 3}},
        "required": ["name", "age", "likes"], "additionalProperties": false}
        """);

    /// <summary>Heads that are a product alone, that have a bias, a factor or a bound, and one in a format of blocks.</summary>
    public static TheoryData<string> Heads => ["tiny-llama", "phi2", "cohere2", "gemma2", "tiny-qwen2-Q8_0"];

    // Of two tokens that may follow, a penalty brings the one that is in the prompt to within a few units in the last place of the other: which of
    // them is taken shows the bits of both.
    [Theory]
    [MemberData(nameof(Heads))]
    public void LogitsOfTokensThatMayFollowAreThoseOfAll(string name)
    {
        const int MostUlps = 8;
        using CompiledDecoder model = ModelCompiler.Compile(GoldenModel.Find(name).WriteFile()).Load(new LoadOptions { ThreadCount = 2 });
        using Session session = model.CreateSession(new SessionOptions { ContextLength = 20 });
        HashSet<int> taken = [];
        for (int round = 0; round < 26; round++)
        {
            (char present, char absent) = ((char)('a' + round), (char)('a' + (round * 7 + 5) % 26));
            int[] letters = [model.Tokenizer.EncodeToIds("" + present)[^1], model.Tokenizer.EncodeToIds("" + absent)[^1]];
            if (present == absent)
            {
                continue;
            }

            int[] prompt = [1, letters[0], round + 40];
            session.Rewind(0);
            float[] logits = session.Evaluate(prompt).ToArray();
            for (int ulps = -MostUlps; ulps <= MostUlps; ulps++)
            {
                float target = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(logits[letters[1]]) + ulps);
                float penalty = (float)((double)logits[letters[0]] - target);
                float penalised = (float)((double)logits[letters[0]] - penalty);
                bool isPresent = penalised > logits[letters[1]] || (penalised == logits[letters[1]] && letters[0] < letters[1]);
                int expected = isPresent ? letters[0] : letters[1];
                session.Rewind(0);
                string text = string.Concat(session.Generate(prompt, new GenerationOptions
                {
                    Grammar = Grammar.FromGbnf($"root ::= \"{present}\" | \"{absent}\""),
                    Temperature = 0,
                    Penalties = new PenaltyOptions { Presence = penalty, LastTokens = null },
                }));
                session.Tokens[^1].ShouldBe(expected, $"{present} and {absent}, {ulps} apart");
                taken.Add(expected);
            }
        }

        taken.Count.ShouldBeGreaterThan(20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task AnswersOfSessionsAtOnceAreThoseOfAllLogits(int threadCount)
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load(new LoadOptions { ThreadCount = threadCount });
        GenerationOptions options = new() { Grammar = Json, Temperature = 1.5f, MaxTokens = 60 };
        string[] expected = [.. Enumerable.Range(0, 12).Select(seed =>
        {
            // Whoever asks how likely tokens are has all logits computed.
            using Session session = model.CreateSession();
            return string.Concat(session.GenerateTokens(Prompt, options with { Seed = (ulong)seed }).Select(token => token.Text));
        })];
        expected.Distinct().Count().ShouldBeGreaterThan(6);
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(seed => Task.Factory.StartNew(
            () =>
            {
                using Session session = model.CreateSession();
                return string.Concat(session.Generate(Prompt, options with { Seed = (ulong)seed }));
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        answers.ShouldBe(expected);
    }

    // What Evaluate gives afterwards are all logits, whatever the answer before asked for.
    [Fact]
    public void BehindAnAnswerAllLogitsAreThere()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        using Session session = model.CreateSession();
        string answer = string.Concat(session.Generate(Prompt, new GenerationOptions { Grammar = Json, Seed = 1, MaxTokens = 60 }));
        answer.ShouldNotBeEmpty();
        int[] text = session.Tokens.ToArray();
        using Session fork = session.Fork();
        using Session alone = model.CreateSession();
        alone.Evaluate(text);
        int[] expected = Logits.Bits(alone.Evaluate([5]));
        Logits.Bits(session.Evaluate([5])).ShouldBe(expected);
        Logits.Bits(fork.Evaluate([5])).ShouldBe(expected);
    }

    [Fact]
    public void ATokenAllocatesNothing()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load(new LoadOptions { ThreadCount = 2 });
        using Session session = model.CreateSession();
        int[] prompt = [.. model.Tokenizer.EncodeToIds(Prompt)];
        GenerationOptions options = new() { Grammar = Grammar.FromGbnf("root ::= [abc]+ \"\\x01\""), Seed = 3 };
        Generate(160);
        AllocationMeter.BytesAddedBy(more: () => Generate(160), less: () => Generate(60)).ShouldBe(0);

        void Generate(int count)
        {
            session.Rewind(0);
            session.Generate(prompt, options with { MaxTokens = count }).Sum(piece => piece.Length).ShouldBeGreaterThan(0);
            session.Position.ShouldBe(prompt.Length + count);
        }
    }
}
