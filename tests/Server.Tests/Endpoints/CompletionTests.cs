using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using ModelGen.Server.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Server.Tests.Endpoints;

/// <summary><c>/v1/completions</c>.</summary>
public sealed class CompletionTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Path = "/v1/completions";

    private readonly RunningServer _server = fixture.Server;

    [Fact]
    public async Task TextsAndIdsGoOnAsSessionsDo()
    {
        IReadOnlyList<int> ids = _server.Chat.Tokenizer.EncodeToIds("a dog");
        string expected = Alone("a dog", new GenerationOptions { Temperature = 0, MaxTokens = 16 }).Text;
        foreach (JsonNode prompt in new JsonNode[]
        {
            "a dog", new JsonArray("a dog"), new JsonArray([.. ids.Select(id => (JsonNode)id)]), new JsonArray(new JsonArray([.. ids.Select(id => (JsonNode)id)])),
        })
        {
            JsonNode answer = await _server.AskAsync(Path, new JsonObject { ["prompt"] = prompt, ["temperature"] = 0 });
            answer["choices"]!.AsArray().ShouldHaveSingleItem()!["text"]!.GetValue<string>().ShouldBe(expected);
            answer["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBeLessThanOrEqualTo(16);
        }
    }

    [Fact]
    public async Task EachPromptHasItsAnswers()
    {
        JsonNode answer = await _server.AskAsync(Path, new JsonObject
        {
            ["prompt"] = new JsonArray("a dog", "the cat"), ["n"] = 2, ["seed"] = 9, ["max_tokens"] = 10,
        });
        string[] expected =
        [
            .. from prompt in new[] { "a dog", "the cat" }
               from number in new ulong[] { 9, 10 }
               select Alone(prompt, new GenerationOptions { Seed = number, MaxTokens = 10 }).Text,
        ];
        answer["choices"]!.AsArray().Select(choice => choice!["text"]!.GetValue<string>()).ShouldBe(expected);
        answer["choices"]!.AsArray().Select(choice => choice!["index"]!.GetValue<int>()).ShouldBe([0, 1, 2, 3]);
        int tokens = _server.Chat.Tokenizer.CountTokens("a dog") + _server.Chat.Tokenizer.CountTokens("the cat");
        answer["usage"]!["prompt_tokens"]!.GetValue<int>().ShouldBe(tokens);
    }

    [Fact]
    public async Task AnEchoSaysHowLikelyThePromptWas()
    {
        JsonObject body = new() { ["prompt"] = "a dog", ["echo"] = true, ["logprobs"] = 2, ["max_tokens"] = 6, ["temperature"] = 0 };
        JsonNode choice = (await _server.AskAsync(Path, body))["choices"]![0]!;
        (string text, GeneratedToken[] tokens) = Alone(
            "a dog", new GenerationOptions { Temperature = 0, MaxTokens = 6, Echo = true, Alternatives = 2 });
        choice["text"]!.GetValue<string>().ShouldBe(text);
        JsonNode logprobs = choice["logprobs"]!;
        logprobs["token_logprobs"]!.AsArray().Select(value => value?.GetValue<double>()).ShouldBe(tokens.Select(token => token.LogProbability));
        logprobs["tokens"]!.AsArray().Count.ShouldBe(tokens.Length);
        logprobs["top_logprobs"]![0].ShouldBeNull();
        logprobs["top_logprobs"]![2]!.AsObject().Max(top => top.Value!.GetValue<double>()).ShouldBe(tokens[2].Alternatives[0].LogProbability);
        int[] offsets = [.. logprobs["text_offset"]!.AsArray().Select(value => value!.GetValue<int>())];
        offsets.ShouldBe(tokens.Select((_, index) => tokens.Take(index).Sum(token => token.Text.Length)));

        JsonNode[] chunks = [.. (await _server.StreamAsync(Path, body)).SkipLast(1).Select(item => JsonNode.Parse(item.Data)!["choices"]![0]!)];
        string.Concat(chunks.Select(chunk => chunk["text"]!.GetValue<string>())).ShouldBe(text);
        chunks.Select(chunk => chunk["logprobs"]).OfType<JsonNode>()
            .SelectMany(piece => piece["text_offset"]!.AsArray().Select(value => value!.GetValue<int>())).ShouldBe(offsets);
        chunks[^1]["finish_reason"]!.GetValue<string>().ShouldBe("length");
    }

    private (string Text, GeneratedToken[] Tokens) Alone(string prompt, GenerationOptions options)
    {
        using Session session = _server.Chat.CreateSession();
        GeneratedToken[] tokens = [.. session.GenerateTokens(prompt, options)];
        return (string.Concat(tokens.Select(token => token.Text)), tokens);
    }
}
