using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Generation;

/// <summary>Text in, text out: the demo model tells the story that llama.cpp tells.</summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class GenerateTests
{
    [Fact]
    public async Task GreedyTextIsThatOfLlamaCpp()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        foreach (TruthCase truth in TruthModel.Demo.ReadTruth().Cases)
        {
            model.Tokenizer.EncodeToIds(truth.Prompt).ShouldBe(truth.PromptIds);
            model.Tokenizer.Decode(truth.Ids).ShouldBe(truth.Text);

            int tokens = truth.StepsBeforeCloseCall(TruthModel.Demo.CloseCall);
            var options = new GenerationOptions { MaxTokens = tokens, Temperature = 0 };
            using Session session = model.CreateSession();
            string text = string.Concat(session.Generate(truth.Prompt, options));
            session.Position.ShouldBe(truth.PromptIds.Length + tokens);
            (truth.Prompt + text).ShouldBe(model.Tokenizer.Decode(truth.AllIds.Take(truth.PromptIds.Length + tokens)));

            // Decoded by itself, a text loses the space in front of its first word.
            truth.Text.ShouldStartWith(text.TrimStart(' '));

            session.Rewind(0);
            StringBuilder asynchronous = new();
            await foreach (string piece in session.GenerateAsync(truth.Prompt, options, TestContext.Current.CancellationToken))
            {
                asynchronous.Append(piece);
            }

            asynchronous.ToString().ShouldBe(text);
        }
    }

    [Fact]
    public void SamplingWithASeedRepeatsItselfAndOtherSeedsDiffer()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        HashSet<string> stories = [];
        for (ulong seed = 0; seed < 4; seed++)
        {
            var options = new GenerationOptions { MaxTokens = 40, Seed = seed };
            using Session first = model.CreateSession();
            using Session second = model.CreateSession();
            string story = string.Concat(first.Generate("Once upon a time", options));
            string.Concat(second.Generate("Once upon a time", options)).ShouldBe(story);
            stories.Add(story);
        }

        stories.Count.ShouldBe(4);
    }

    [Fact]
    public void ATextGoesOnWhereItEnded()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        var options = new GenerationOptions { MaxTokens = 20, Temperature = 0 };
        using Session parts = model.CreateSession();
        using Session whole = model.CreateSession();
        string text = string.Concat(parts.Generate("Once upon a time", options)) + string.Concat(parts.Generate("", options));
        text.ShouldBe(string.Concat(whole.Generate("Once upon a time", options with { MaxTokens = 40 })));
    }

    [Fact]
    public void GenerationEndsWhereTheContextDoes()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        using Session session = model.CreateSession(new SessionOptions { ContextLength = 12 });
        string.Concat(session.Generate("Once upon a time", new GenerationOptions { MaxTokens = 50, Temperature = 0 })).ShouldNotBeEmpty();
        session.Position.ShouldBe(12);
    }
}
