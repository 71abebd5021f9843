using System;
using System.Linq;
using ModelGen.Analysis;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Generation;

/// <summary>Ways that fork off in compiled models are those of sessions that read their texts from the start.</summary>
public sealed class ForkingPathsTests
{
    private const int MaxTokens = 10;

    [Fact]
    public void InTheDemoModelEachWayIsThatOfASessionAlone()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        Check(model, [.. model.Tokenizer.EncodeToIds("One day, Tom lost his ball. He felt")], minProbability: 0.1);
    }

    /// <summary>Models that remember positions, a window of them, and states that cannot be cut.</summary>
    [Theory]
    [InlineData("tiny-llama")]
    [InlineData("gemma2")]
    [InlineData("lfm2")]
    [InlineData("qwen35")]
    [InlineData("mamba2")]
    [InlineData("rwkv7")]
    public void SoItIsInModelsOfEveryMemory(string name)
    {
        using CompiledDecoder model = ModelCompiler.Compile(GoldenModel.Find(name).WriteFile()).Load(new LoadOptions { ThreadCount = 2 });
        Random random = new(4);
        int[] prompt = [.. Enumerable.Range(0, 290).Select(_ => random.Next(model.Tokenizer.VocabularySize))];

        // Random weights hold no token to be much likelier than others.
        Check(model, prompt, minProbability: 0.008);
    }

    private static void Check(CompiledDecoder model, int[] prompt, double minProbability)
    {
        SessionOptions length = new() { ContextLength = Math.Min(model.Info.ContextLength, 400) };
        using Session session = model.CreateSession(length);
        GenerationOptions generation = new() { Temperature = 0, MaxTokens = MaxTokens };
        ForkingPathsOptions options = new() { Generation = generation, MinProbability = minProbability };
        ForkingPaths paths = ForkingPaths.Find(session, prompt, text => text, options, TestContext.Current.CancellationToken);
        session.Position.ShouldBe(0);
        string.Concat(session.Generate(prompt, generation)).ShouldBe(paths.Text);
        int[] answer = [.. paths.Tokens.Select(token => token.Token.Id)];
        int ways = 0;
        for (int place = 0; place < answer.Length; place++)
        {
            foreach (TokenFork fork in paths.Tokens[place].Forks.Where(fork => !model.Tokenizer.IsEndOfGeneration(fork.Alternative.Id)))
            {
                using Session alone = model.CreateSession(length);
                int[] front = [.. answer[..place], fork.Alternative.Id];
                string start = string.Concat(front.Select(id => model.Tokenizer.Texts[id]));
                string rest = place + 1 == MaxTokens
                    ? ""
                    : string.Concat(alone.Generate([.. prompt, .. front], generation with { MaxTokens = MaxTokens - place - 1 }));
                fork.Texts.Single().ShouldBe(start + rest);
                ways++;
            }
        }

        ways.ShouldBeGreaterThan(3);
    }
}
