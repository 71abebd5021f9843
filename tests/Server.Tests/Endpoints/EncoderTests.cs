using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using ModelGen.Server.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Server.Tests.Endpoints;

/// <summary><c>/v1/embeddings</c> and <c>/v1/rerank</c>.</summary>
public sealed class EncoderTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Fact]
    public async Task VectorsAreTheModels()
    {
        string[] texts = ["a dog", "the cat runs"];
        float[][] expected = _server.Vectors.Embed(texts, cancellationToken: TestContext.Current.CancellationToken);
        JsonNode answer = await _server.AskAsync("/v1/embeddings", new JsonObject
        {
            ["model"] = ServedModels.Vectors, ["input"] = new JsonArray("a dog", "the cat runs"),
        });
        answer["data"]!.AsArray().Select(item => item!["embedding"]!.AsArray().Select(value => value!.GetValue<float>())).ShouldBe(expected);
        answer["data"]!.AsArray().Select(item => item!["index"]!.GetValue<int>()).ShouldBe([0, 1]);
        answer["usage"]!["prompt_tokens"]!.GetValue<int>().ShouldBe(texts.Sum(text => _server.Vectors.Tokenizer.EncodeToIds(text).Count));

        answer = await _server.AskAsync("/v1/embeddings", new JsonObject
        {
            ["model"] = ServedModels.Vectors, ["input"] = "a dog", ["encoding_format"] = "base64", ["dimensions"] = 8,
        });
        float[] shortened = _server.Vectors.Embed("a dog", new EmbeddingOptions { Dimensions = 8 }, TestContext.Current.CancellationToken);
        byte[] bytes = Convert.FromBase64String(answer["data"]![0]!["embedding"]!.GetValue<string>());
        MemoryMarshal.Cast<byte, float>(bytes).ToArray().ShouldBe(shortened);

        IReadOnlyList<int> ids = _server.Vectors.Tokenizer.EncodeToIds("a dog");
        answer = await _server.AskAsync("/v1/embeddings", new JsonObject
        {
            ["model"] = ServedModels.Vectors, ["input"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]),
        });
        answer["data"]![0]!["embedding"]!.AsArray().Select(value => value!.GetValue<float>()).ShouldBe(expected[0]);
    }

    [Fact]
    public async Task DocumentsAreSortedByTheirScores()
    {
        string[] documents = ["a b c", "d e", "f", "a a a"];
        float[] scores = _server.Ranker.Rank("a b", documents, cancellationToken: TestContext.Current.CancellationToken);
        int[] order = [.. Enumerable.Range(0, documents.Length).OrderByDescending(index => scores[index])];
        JsonNode answer = await _server.AskAsync("/v1/rerank", new JsonObject
        {
            ["model"] = ServedModels.Ranker,
            ["query"] = "a b",
            ["documents"] = new JsonArray("a b c", "d e", new JsonObject { ["text"] = "f" }, "a a a"),
            ["top_n"] = 3,
            ["return_documents"] = true,
        });
        JsonArray results = answer["results"]!.AsArray();
        results.Select(result => result!["index"]!.GetValue<int>()).ShouldBe(order.Take(3));
        results.Select(result => result!["relevance_score"]!.GetValue<float>()).ShouldBe(order.Take(3).Select(index => scores[index]));
        results.Select(result => result!["document"]!["text"]!.GetValue<string>()).ShouldBe(order.Take(3).Select(index => documents[index]));
    }
}
