using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Sampling;

namespace ModelGen.EndToEnd.Tests.Serving;

/// <summary>A request of a test: what an engine answers, and what a session alone does.</summary>
/// <param name="Prompt">Its ids.</param>
/// <param name="Options">How to generate.</param>
internal sealed record TestRequest(int[] Prompt, GenerationOptions Options)
{
    /// <summary>All that is said of the answer, but for times and what was remembered.</summary>
    public async Task<string> AskAsync(Engine engine, EngineRequestOptions? request = null, CancellationToken cancellationToken = default) =>
        (await AskForEndAsync(engine, request, cancellationToken)).Facts;

    /// <summary>The same, and the end itself.</summary>
    public async Task<(string Facts, GenerationEnd End)> AskForEndAsync(
        Engine engine, EngineRequestOptions? request, CancellationToken cancellationToken)
    {
        GeneratedTokenStream stream = engine.GenerateTokensAsync(Prompt, Options, request, cancellationToken);
        List<GeneratedToken> tokens = [];
        await foreach (GeneratedToken token in stream)
        {
            tokens.Add(token);
        }

        return (Facts(tokens, stream.End!), stream.End!);
    }

    /// <summary>The same of a session.</summary>
    public string AskAlone(CompiledDecoder model)
    {
        using Session session = model.CreateSession();
        GeneratedTokens generated = session.GenerateTokens(Prompt, Options);
        List<GeneratedToken> tokens = [.. generated];
        return Facts(tokens, generated.End!);
    }

    private static string Facts(List<GeneratedToken> tokens, GenerationEnd end) => string.Join(
        '\n',
        tokens.Select(Facts).Append($"{end.Reason} {end.StopSequence} {end.PromptTokens} {end.GeneratedTokens} "
            + (end.EndToken is GeneratedToken token ? Facts(token) : "")));

    private static string Facts(GeneratedToken token) =>
        $"{token.Id} {token.Text} {token.IsPrompt} {token.LogProbability:R} {string.Join(' ', token.Alternatives)}";
}

/// <summary>Models and requests that the tests of engines have in common.</summary>
internal static class EngineRequests
{
    // Letters, which every vocabulary of the suite has: some that must follow, and some to choose.
    private static readonly Grammar Letters = Grammar.FromGbnf("""root ::= "onceupon" [a-f]{3,9} "theend" [x-z]""");

    /// <summary>One of the suite's small models of random weights.</summary>
    public static CompiledDecoder Load(string name, int threadCount = 2) =>
        ModelCompiler.Compile(GoldenModel.Find(name).WriteFile()).Load(new LoadOptions { ThreadCount = threadCount });

    /// <summary>Random ids of a model.</summary>
    public static int[] Ids(CompiledDecoder model, int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(model.Tokenizer.VocabularySize))];
    }

    /// <summary>Requests of every sort: greedy and drawn, with a grammar, stop sequences, penalties, echo and alternatives.</summary>
    /// <param name="model">The model.</param>
    /// <param name="count">How many.</param>
    /// <param name="longestPrompt">Tokens of a prompt at most.</param>
    public static TestRequest[] OfEverySort(CompiledDecoder model, int count, int longestPrompt)
    {
        Random random = new(count);
        return [.. Enumerable.Range(0, count).Select(index => new TestRequest(
            Ids(model, index, 1 + random.Next(longestPrompt)), OptionsOf(index, 5 + random.Next(30))))];
    }

    private static GenerationOptions OptionsOf(int index, int tokens)
    {
        GenerationOptions options = new() { MaxTokens = tokens, Seed = (ulong)index };
        return (index % 8) switch
        {
            0 => options with { Temperature = 0 },
            1 => options,
            2 => options with { Temperature = 1.5f, Grammar = Letters, MaxTokens = 60 },
            3 => options with { Temperature = 2, StopSequences = ["e", "a "], MinTokens = 3 },
            4 => options with { Temperature = 0, Penalties = new PenaltyOptions { Presence = 3, LastTokens = null }, Alternatives = 3 },
            5 => options with { Temperature = 1.2f, Echo = true, Alternatives = 2 },
            6 => options with { Temperature = 1, TopK = 0, TopP = 1, MinP = 0, LogitBias = new Dictionary<int, float> { [5] = 2, [9] = -3 } },
            _ => options with { Mirostat = new MirostatOptions(), Temperature = 1.1f },
        };
    }
}
