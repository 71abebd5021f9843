using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using ModelGen.Server.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Server.Tests.Endpoints;

/// <summary><c>/v1/responses</c>.</summary>
public sealed class ResponseTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Path = "/v1/responses";

    private readonly RunningServer _server = fixture.Server;

    [Fact]
    public async Task AResponseIsWhatASessionAloneSays()
    {
        JsonObject body = new()
        {
            ["model"] = ServedModels.Chat, ["input"] = "hello", ["instructions"] = "be kind", ["temperature"] = 0, ["max_output_tokens"] = 20,
        };
        (string text, GenerationEnd end, _) = ServedModels.Alone(
            _server.Chat, [ChatMessage.System("be kind"), ChatMessage.User("hello")], new GenerationOptions { Temperature = 0, MaxTokens = 20 });
        JsonNode response = await _server.AskAsync(Path, (JsonObject)body.DeepClone());
        bool isCut = end.Reason == GenerationEndReason.TokenLimit;
        response["object"]!.GetValue<string>().ShouldBe("response");
        response["status"]!.GetValue<string>().ShouldBe(isCut ? "incomplete" : "completed");
        response["store"]!.GetValue<bool>().ShouldBeFalse();
        response["output"]!.AsArray().ShouldHaveSingleItem()!["content"]![0]!["text"]!.GetValue<string>().ShouldBe(text);
        response["usage"]!["output_tokens"]!.GetValue<int>().ShouldBe(end.GeneratedTokens);

        List<(string? Type, string Data)> events = await _server.StreamAsync(Path, body);
        JsonNode[] values = [.. events.Select(item => JsonNode.Parse(item.Data)!)];
        values.Select(value => value["type"]!.GetValue<string>()).ShouldBe(events.Select(item => item.Type!));
        values.Select(value => value["sequence_number"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, values.Length));
        string[] types = [.. events.Select(item => item.Type!)];
        types[..4].ShouldBe(["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"]);
        types[^4..].ShouldBe(
        [
            "response.output_text.done", "response.content_part.done", "response.output_item.done",
            isCut ? "response.incomplete" : "response.completed",
        ]);
        types[4..^4].Distinct().ShouldBe(["response.output_text.delta"]);
        string.Concat(values.Where(value => value["delta"] is not null).Select(value => value["delta"]!.GetValue<string>())).ShouldBe(text);
        values[^1]["response"]!["output"]![0]!["content"]![0]!["text"]!.GetValue<string>().ShouldBe(text);
    }

    [Fact]
    public async Task AFunctionIsCalledAndItsResultRead()
    {
        JsonObject body = new()
        {
            ["input"] = "is it raining",
            ["max_output_tokens"] = 200,
            ["tool_choice"] = "required",
            ["parallel_tool_calls"] = false,
            ["reasoning"] = new JsonObject { ["effort"] = "none" },
        };
        body["tools"] = JsonNode.Parse(
            """
            [{"type": "function", "name": "get_weather", "description": "Weather of a city", "strict": true, "parameters":
              {"type": "object", "properties": {"unit": {"enum": ["celsius", "fahrenheit"]}}, "required": ["unit"], "additionalProperties": false}}]
            """);
        JsonNode call = (await _server.AskAsync(Path, (JsonObject)body.DeepClone()))["output"]!.AsArray().ShouldHaveSingleItem()!;
        call["type"]!.GetValue<string>().ShouldBe("function_call");
        call["name"]!.GetValue<string>().ShouldBe("get_weather");
        JsonNode.Parse(call["arguments"]!.GetValue<string>())!["unit"]!.GetValue<string>().ShouldBeOneOf("celsius", "fahrenheit");

        string[] types = [.. (await _server.StreamAsync(Path, (JsonObject)body.DeepClone())).Select(item => item.Type!)];
        types.ShouldBe(
        [
            "response.created", "response.in_progress", "response.output_item.added", "response.function_call_arguments.delta",
            "response.function_call_arguments.done", "response.output_item.done", "response.completed",
        ]);

        body["input"] = new JsonArray(
            new JsonObject { ["role"] = "user", ["content"] = "is it raining" },
            call.DeepClone(),
            new JsonObject { ["type"] = "function_call_output", ["call_id"] = call["call_id"]!.DeepClone(), ["output"] = "rain" });
        body["tool_choice"] = "none";
        body["max_output_tokens"] = 10;
        JsonNode answer = await _server.AskAsync(Path, body);
        answer["output"]![0]!["type"]!.GetValue<string>().ShouldBe("message");
    }
}
