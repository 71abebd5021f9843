using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Serving;

/// <summary>Guesses of a smaller model change no bit of an answer, of sessions and of engines.</summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class DraftModelTests
{
    private static readonly TinyModel Large = new() { Name = "drafted", Seed = 61, ContextLength = 400, Layers = 3 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Models that remember all positions, a window of them, and states of a fixed size; each guesses for itself.</summary>
    public static TheoryData<string> Models => ["tiny-llama", "gemma2", "qwen35", "mamba2", "rwkv7"];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task TheyChangeNoBit(string name)
    {
        using CompiledDecoder model = EngineRequests.Load(name);
        using DraftModel draft = new(model, new DraftModelOptions { MinProbability = 0 });
        (int accepted, int refused) = await Compare(model, draft);
        accepted.ShouldBePositive();

        // Where it draws, it may not draw what it holds to be the likeliest.
        refused.ShouldBePositive();
    }

    [Fact]
    public async Task NorDoThoseOfAModelThatIsAlwaysWrong()
    {
        using CompiledDecoder model = ModelCompiler.Compile(Large).Load();
        using CompiledDecoder other = ModelCompiler.Compile(Large with { Name = "drafting", Seed = 62, Layers = 1, ContextLength = 100 }).Load();
        using DraftModel draft = new(other, new DraftModelOptions { MinProbability = 0, MaxTexts = 3 });
        (await Compare(model, draft)).Refused.ShouldBePositive();
    }

    /// <summary>Forks ask for guesses at the same time.</summary>
    [Fact]
    public void NorOfSeveralAnswers()
    {
        using CompiledDecoder model = ModelCompiler.Compile(Large).Load(new LoadOptions { ThreadCount = 2 });
        using DraftModel draft = new(model, new DraftModelOptions { MinProbability = 0, MaxTexts = 3 });
        using Session session = model.CreateSession();
        GenerationOptions options = new() { Seed = 1, Temperature = 0.5f, MaxTokens = 60, MinTokens = 60 };
        Answers(options with { DraftModel = draft }).ShouldBe(Answers(options));

        string[] Answers(GenerationOptions chosen)
        {
            session.Rewind(0);
            return [.. session.GenerateAnswers([5, 6, 7], 8, chosen).Select(answer => string.Join(' ', answer.Tokens.Select(token => token.Id)))];
        }
    }

    [Fact]
    public void TheLinesOfTheDocumentAnswer()
    {
        using CompiledDecoder model = TruthModel.Demo.Compile().Load();
        CompiledDecoder small = model;
        using Session session = model.CreateSession();
        using DraftModel draft = new(small);
        string answer = string.Concat(session.Generate("Once upon a time", new GenerationOptions { DraftModel = draft }));
        answer.ShouldNotBeEmpty();
    }

    [Fact]
    public void WhatCannotGuessIsRefused()
    {
        using CompiledDecoder answering = GoldenModel.Answering[0].Compile().Load();
        Should.Throw<ArgumentException>(() => new DraftModel(answering)).Message.ShouldContain("encoder");
        using CompiledDecoder model = ModelCompiler.Compile(Large).Load();
        using CompiledDecoder other = ModelCompiler.Compile(Large with { Name = "drafting-words", Word = "other" }).Load();
        using DraftModel draft = new(other);
        using Engine engine = model.CreateEngine();
        GenerationOptions options = new() { DraftModel = draft };
        Should.Throw<ArgumentException>(() => engine.GenerateTokensAsync("a", options, cancellationToken: Token)).Message.ShouldContain("vocabulary");
    }

    private static async Task<(int Accepted, int Refused)> Compare(CompiledDecoder model, DraftModel draft)
    {
        TestRequest[] requests = [.. EngineRequests.OfEverySort(model, count: 16, longestPrompt: 150)];
        string[] alone = [.. requests.Select(request => request.AskAlone(model))];
        TestRequest[] guessing = [.. requests.Select(request => request with { Options = request.Options with { DraftModel = draft } })];
        guessing.Select(request => request.AskAlone(model)).ShouldBe(alone);

        // In so little memory that requests give way.
        await using Engine engine = model.CreateEngine(new EngineOptions
        {
            MaxConcurrency = 7, MaxPromptChunk = 48, MemoryLimit = model.Info.Memory.State + model.Info.Memory.State / 2,
        });
        (string Facts, GenerationEnd End)[] answers =
            await Task.WhenAll(guessing.Select(request => request.AskForEndAsync(engine, request: null, Token)));
        answers.Select(answer => answer.Facts).ShouldBe(alone);
        int accepted = answers.Sum(answer => answer.End.AcceptedTokens);
        return (accepted, answers.Sum(answer => answer.End.DraftedTokens) - accepted);
    }
}
