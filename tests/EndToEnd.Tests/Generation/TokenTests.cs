using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Generation;

/// <summary>Tokens of compiled models: how likely they were, several answers at once, and what they allocate.</summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class TokenTests
{
    // Doubles against doubles that are summed in another order.
    private const double Tolerance = 1e-9;

    private const string Prompt =
        "Once upon a time there was a little dragon who lived in a cave. One day the dragon wanted to find a friend, and so he";

    /// <summary>Models that remember positions, a window of them, and states that cannot be cut.</summary>
    public static TheoryData<string> Remembering => ["tiny-llama", "gemma2", "lfm2", "qwen35", "mamba2", "rwkv7"];

    [Fact]
    public void ProbabilitiesAreThoseOfTheLogitsThatEvaluateAllGives()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        using Session session = model.CreateSession();
        GenerationOptions options = new() { MaxTokens = 60, Seed = 5, Temperature = 1.2f, Echo = true, Alternatives = 7 };
        GeneratedToken[] tokens = [.. session.GenerateTokens(Prompt, options)];
        tokens.Count(token => token.IsPrompt).ShouldBe(model.Tokenizer.EncodeToIds(Prompt).Count);
        string.Concat(tokens.Where(token => token.IsPrompt).Select(token => token.Text)).ShouldBe(Prompt);
        Check(model, tokens);
    }

    [Theory]
    [MemberData(nameof(Remembering))]
    public void SoTheyAreInModelsThatRememberOtherwise(string name)
    {
        using CompiledDecoder model = Load(name);
        using Session session = model.CreateSession(new SessionOptions { ContextLength = 100 });
        GenerationOptions options = new() { MaxTokens = 20, Seed = 5, Temperature = 1.5f, Echo = true, Alternatives = 3 };
        GeneratedTokens generated = session.GenerateTokens(Ids(model, 70), options);
        Check(model, [.. generated]);

        // In parts it is the same: the second prompt's tokens are scored behind a text.
        using Session parts = model.CreateSession(new SessionOptions { ContextLength = 100 });
        parts.Evaluate(Ids(model, 70).AsSpan(0, 30));
        GeneratedToken[] rest = [.. parts.GenerateTokens(Ids(model, 70)[30..], options)];
        session.Rewind(0);
        rest.Select(Facts).ShouldBe(session.GenerateTokens(Ids(model, 70), options).Skip(30).Select(Facts));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AnswersAtOnceAreThoseOfSessionsAlone(int threadCount)
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load(new LoadOptions { ThreadCount = threadCount });
        using Session session = model.CreateSession();
        GenerationOptions options = new() { MaxTokens = 40, Seed = 100, StopSequences = ["."] };
        IReadOnlyList<GeneratedAnswer> answers = session.GenerateAnswers(Prompt, 8, options, TestContext.Current.CancellationToken);
        foreach (GeneratedAnswer answer in answers)
        {
            using Session alone = model.CreateSession();
            answer.Tokens.Select(Facts).ShouldBe(alone.GenerateTokens(Prompt, options with { Seed = answer.Seed }).Select(Facts));
        }

        answers.Select(answer => answer.Text).Distinct().Count().ShouldBeGreaterThan(4);

        // The session has the prompt, and goes on from an answer that it is given.
        session.Tokens.ToArray().ShouldBe(model.Tokenizer.EncodeToIds(Prompt));
        string.Concat(session.Generate([], options)).ShouldBe(answers[0].Text);
    }

    [Theory]
    [MemberData(nameof(Remembering))]
    public void SoTheyAreInModelsOfEveryMemory(string name)
    {
        using CompiledDecoder model = Load(name);
        SessionOptions length = new() { ContextLength = 400 };
        using Session session = model.CreateSession(length);
        GenerationOptions options = new() { MaxTokens = 12, Seed = 100, Temperature = 2 };
        foreach (GeneratedAnswer answer in session.GenerateAnswers(Ids(model, 300), 4, options, TestContext.Current.CancellationToken))
        {
            using Session alone = model.CreateSession(length);
            answer.Tokens.Select(Facts).ShouldBe(alone.GenerateTokens(Ids(model, 300), options with { Seed = answer.Seed }).Select(Facts));
        }

        session.Tokens.ToArray().ShouldBe(Ids(model, 300));
    }

    /// <summary>
    /// Once the texts of a model's tokens are made, a token allocates nothing: 100 more of them take no byte more, as tokens or as text,
    /// greedy or drawn.
    /// </summary>
    [Theory]
    [InlineData(0f)]
    [InlineData(0.8f)]
    public void ATokenAllocatesNothing(float temperature)
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load(new LoadOptions { ThreadCount = 2 });
        using Session session = model.CreateSession();
        GenerationOptions options = new() { Temperature = temperature, Seed = 3, StopSequences = ["never comes"] };
        int[] prompt = [.. model.Tokenizer.EncodeToIds(Prompt)];
        foreach (Action<GenerationOptions> generate in new Action<GenerationOptions>[] { Tokens, Texts })
        {
            generate(options with { MaxTokens = 160 });
            AllocationMeter.BytesAddedBy(
                more: () => generate(options with { MaxTokens = 160 }),
                less: () => generate(options with { MaxTokens = 60 })).ShouldBe(0);
        }

        void Tokens(GenerationOptions chosen)
        {
            session.Rewind(0);
            double sum = 0;
            foreach (GeneratedToken token in session.GenerateTokens(prompt, chosen))
            {
                sum += token.LogProbability!.Value + token.Text.Length;
            }

            sum.ShouldNotBe(0);
        }

        void Texts(GenerationOptions chosen)
        {
            session.Rewind(0);
            int length = 0;
            foreach (string piece in session.Generate(prompt, chosen))
            {
                length += piece.Length;
            }

            session.Position.ShouldBe(prompt.Length + chosen.MaxTokens);
        }
    }

    private static void Check(CompiledDecoder model, GeneratedToken[] tokens)
    {
        tokens[0].LogProbability.ShouldBeNull();
        using Session session = model.CreateSession(new SessionOptions { ContextLength = tokens.Length });
        int next = 0;
        foreach (ReadOnlySpan<float> logits in session.EvaluateAll([.. tokens.Select(token => token.Id)]))
        {
            if (++next == tokens.Length)
            {
                break;
            }

            double normalizer = Logits.LogSumExp(logits);
            float[] values = logits.ToArray();
            tokens[next].LogProbability!.Value.ShouldBe(values[tokens[next].Id] - normalizer, Tolerance);
            int count = tokens[next].Alternatives.Count;
            int[] expected = [.. Enumerable.Range(0, model.Tokenizer.VocabularySize).OrderByDescending(id => values[id]).Take(count)];
            tokens[next].Alternatives.Select(alternative => alternative.Id).ShouldBe(expected);
            tokens[next].Alternatives.ShouldNotBeEmpty();
            foreach (TokenAlternative alternative in tokens[next].Alternatives)
            {
                alternative.LogProbability.ShouldBe(values[alternative.Id] - normalizer, Tolerance);
            }
        }

        next.ShouldBe(tokens.Length);
    }

    private static string Facts(GeneratedToken token) =>
        $"{token.Id} {token.Text} {token.LogProbability:R} {string.Join(' ', token.Alternatives)}";

    private static CompiledDecoder Load(string name) =>
        ModelCompiler.Compile(GoldenModel.Find(name).WriteFile()).Load(new LoadOptions { ThreadCount = 2 });

    private static int[] Ids(CompiledDecoder model, int count)
    {
        Random random = new(4);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(model.Tokenizer.VocabularySize))];
    }
}
