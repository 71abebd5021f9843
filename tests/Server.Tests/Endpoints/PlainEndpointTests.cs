using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using ModelGen.Server.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Server.Tests.Endpoints;

/// <summary>What stands beside answers: models, tokens, health, metrics, and SageMaker's endpoints.</summary>
public sealed class PlainEndpointTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Fact]
    public async Task ModelsAreListed()
    {
        JsonNode list = await GetAsync("/v1/models");
        list["object"]!.GetValue<string>().ShouldBe("list");
        list["data"]!.AsArray().Select(model => model!["id"]!.GetValue<string>())
            .ShouldBe([ServedModels.Chat, ServedModels.Vectors, ServedModels.Ranker]);
        (await GetAsync("/v1/models/" + ServedModels.Chat))["context_length"]!.GetValue<int>().ShouldBe(900);
        using HttpResponseMessage none = await _server.Http.GetAsync("/v1/models/none", TestContext.Current.CancellationToken);
        none.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task TokensGoThereAndBack()
    {
        JsonNode tokens = await _server.AskAsync("/tokenize", new JsonObject { ["model"] = ServedModels.Chat, ["content"] = "a dog", ["add_special"] = true });
        tokens["tokens"]!.AsArray().Select(id => id!.GetValue<int>()).ShouldBe(_server.Chat.Tokenizer.EncodeToIds("a dog"));
        JsonNode text = await _server.AskAsync("/detokenize", new JsonObject
        {
            ["model"] = ServedModels.Chat,
            ["tokens"] = new JsonArray([.. _server.Chat.Tokenizer.EncodeToIds("a dog", addSpecialTokens: false).Select(id => (JsonNode)id)]),
        });
        text["content"]!.GetValue<string>().ShouldBe("a dog");
    }

    [Fact]
    public async Task AConversationIsWrittenAsTheModelReadsIt()
    {
        JsonNode answer = await _server.AskAsync("/apply-template", new JsonObject
        {
            ["model"] = ServedModels.Chat, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "hello" }),
        });
        answer["prompt"]!.GetValue<string>().ShouldBe(_server.Chat.ChatTemplate!.Render([ChatMessage.User("hello")]));
    }

    [Fact]
    public async Task ItSaysThatItIsWell()
    {
        (await GetAsync("/health"))["status"]!.GetValue<string>().ShouldBe("ok");
        using HttpResponseMessage ping = await _server.Http.GetAsync("/ping", TestContext.Current.CancellationToken);
        ping.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task MetricsCountRequests()
    {
        await _server.AskAsync("/v1/completions", new JsonObject { ["prompt"] = "a dog", ["max_tokens"] = 5 });
        string report = await _server.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        string[] lines = report.TrimEnd('\n').Split('\n');
        lines.ShouldContain("# TYPE gen_ai_server_time_to_first_token_seconds histogram");
        lines.ShouldContain($"modelgen_requests_running{{model=\"{ServedModels.Chat}\"}} 0");
        string[] buckets = [.. lines.Where(line => line.StartsWith("gen_ai_server_request_duration_seconds_bucket{", System.StringComparison.Ordinal)
            && line.Contains("text_completion") && !line.Contains("error_type"))];
        double[] counts = [.. buckets.Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture))];
        counts.ShouldBe(counts.Order());
        counts[^1].ShouldBeGreaterThanOrEqualTo(1);
        lines.ShouldAllBe(line => line.StartsWith('#') || System.Text.RegularExpressions.Regex.IsMatch(line, "^[a-zA-Z_:][a-zA-Z0-9_:]*(\\{.*\\})? [-+.0-9eE]+$"));
    }

    [Fact]
    public async Task OneEndpointTellsByTheBodyWhatIsAsked()
    {
        JsonNode chat = await _server.AskAsync("/invocations", new JsonObject
        {
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "hello" }), ["max_tokens"] = 4,
        });
        chat["object"]!.GetValue<string>().ShouldBe("chat.completion");
        (await _server.AskAsync("/invocations", new JsonObject { ["prompt"] = "a dog", ["max_tokens"] = 4 }))["object"]!.GetValue<string>()
            .ShouldBe("text_completion");
        (await _server.AskAsync("/invocations", new JsonObject { ["input"] = "a dog", ["model"] = ServedModels.Vectors }))["data"]!.AsArray().Count.ShouldBe(1);
        (await _server.AskAsync("/invocations", new JsonObject
        {
            ["query"] = "a", ["documents"] = new JsonArray("b"), ["model"] = ServedModels.Ranker,
        }))["results"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task TextGenerationIsWhatASessionAloneGives()
    {
        using Session session = _server.Chat.CreateSession();
        GeneratedTokens generated = session.GenerateTokens("a dog", new GenerationOptions { Temperature = 0, MaxTokens = 30 });
        GeneratedToken[] tokens = [.. generated];
        string expected = string.Concat(tokens.Select(token => token.Text));
        JsonObject body = new() { ["inputs"] = "a dog", ["parameters"] = new JsonObject { ["details"] = true, ["return_full_text"] = true } };
        JsonNode answer = await _server.AskAsync("/invocations", body);
        answer["generated_text"]!.GetValue<string>().ShouldBe("a dog" + expected);
        answer["details"]!["generated_tokens"]!.GetValue<int>().ShouldBe(generated.End!.GeneratedTokens);
        answer["details"]!["tokens"]!.AsArray().Select(token => token!["id"]!.GetValue<int>()).ShouldBe(tokens.Select(token => token.Id));

        body["stream"] = true;
        using HttpResponseMessage response = await _server.PostAsync("/invocations", body.ToJsonString());
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/jsonlines");
        string[] lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimEnd('\n').Split('\n');
        JsonNode[] pieces = [.. lines.Select(line => JsonNode.Parse(line)!)];
        pieces.Select(piece => piece["token"]!["id"]!.GetValue<int>()).ShouldBe(tokens.Select(token => token.Id));
        pieces[^1]["generated_text"]!.GetValue<string>().ShouldBe("a dog" + expected);
        pieces.SkipLast(1).ShouldAllBe(piece => piece["generated_text"] == null);
    }

    private async Task<JsonNode> GetAsync(string path) =>
        JsonNode.Parse(await _server.Http.GetStringAsync(path, TestContext.Current.CancellationToken))!;
}
