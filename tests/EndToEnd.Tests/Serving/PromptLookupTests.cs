using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Processors;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Serving;

/// <summary>Guesses from the text itself change no bit of an answer, of sessions and of engines.</summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class PromptLookupTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Models that remember all positions, a window of them, and states of a fixed size.</summary>
    public static TheoryData<string> Models =>
        ["tiny-llama", "gemma2", "lfm2", "qwen35", "mamba2", "rwkv7", "deepseek2-lite", "kimi-linear"];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task TheyChangeNoBit(string name)
    {
        using CompiledDecoder model = EngineRequests.Load(name);
        TestRequest[] requests = [.. EngineRequests.OfEverySort(model, count: 16, longestPrompt: 200).Select(Repeat)];
        string[] alone = [.. requests.Select(request => request.AskAlone(model))];
        TestRequest[] guessing = [.. requests.Select(Guess)];
        guessing.Select(request => request.AskAlone(model)).ShouldBe(alone);

        // In so little memory that requests give way.
        await using Engine engine = model.CreateEngine(new EngineOptions
        {
            MaxConcurrency = 7, MaxPromptChunk = 48, MemoryLimit = model.Info.Memory.State + model.Info.Memory.State / 2,
        });
        (string Facts, GenerationEnd End)[] answers =
            await Task.WhenAll(guessing.Select(request => request.AskForEndAsync(engine, request: null, Token)));
        answers.Select(answer => answer.Facts).ShouldBe(alone);
        answers.Sum(answer => answer.End.AcceptedTokens).ShouldBePositive();
        answers.Sum(answer => answer.End.DraftedTokens - answer.End.AcceptedTokens).ShouldBePositive();
    }

    [Fact]
    public void NorOfAnAnswerToASourceText()
    {
        using CompiledDecoder model = GoldenModel.Answering[0].Compile().Load();
        int[] source = GoldenModel.Answering[0].Source;
        GenerationOptions options = new() { Temperature = 0, MaxTokens = 100, MinTokens = 100 };
        using Session session = model.CreateSession();
        GeneratedTokens without = session.GenerateTokens(source, options);
        GeneratedToken[] expected = [.. without];
        GeneratedTokens with = session.GenerateTokens(source, options with { PromptLookup = new PromptLookupOptions { NgramLength = 1 } });
        with.Select(token => (token.Id, token.LogProbability)).ShouldBe(expected.Select(token => (token.Id, token.LogProbability)));
        with.End!.DraftedTokens.ShouldBePositive();
    }

    // A prompt that says the same twice, and begins it once more; and a longer answer.
    private static TestRequest Repeat(TestRequest request) => request with
    {
        Prompt = [.. request.Prompt, .. request.Prompt, .. request.Prompt[..(request.Prompt.Length / 2)]],
        Options = request.Options with
        {
            MaxTokens = request.Options.MaxTokens + 60, MinTokens = request.Options.Grammar is null ? 40 : 0,
        },
    };

    private static TestRequest Guess(TestRequest request, int index) => request with
    {
        Options = request.Options with
        {
            PromptLookup = new PromptLookupOptions { NgramLength = 1 + index % 3, MaxTokens = 1 + index * 5 % 12 },
        },
    };
}
