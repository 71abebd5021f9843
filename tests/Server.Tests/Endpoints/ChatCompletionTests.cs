using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using ModelGen.Server.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Server.Tests.Endpoints;

/// <summary><c>/v1/chat/completions</c>, byte by byte: what a session alone says is what is answered.</summary>
public sealed class ChatCompletionTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Path = "/v1/chat/completions";

    private readonly RunningServer _server = fixture.Server;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnAnswerIsWhatASessionAloneSays(bool isStreamed)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            JsonObject body = Body("tell me about a dog", ("seed", seed), ("max_tokens", 24), ("temperature", 1.1f), ("top_k", 0), ("top_p", 1));
            (string text, GenerationEnd end, _) = ServedModels.Alone(_server.Chat, [ChatMessage.User("tell me about a dog")], new GenerationOptions
            {
                Seed = (ulong)seed, MaxTokens = 24, Temperature = 1.1f, TopK = 0, TopP = 1,
            });
            (string Text, string Finish, JsonNode? Usage) answer = isStreamed ? await StreamAsync(body) : await CompleteAsync(body);
            answer.Text.ShouldBe(text);
            answer.Finish.ShouldBe(end.Reason == GenerationEndReason.TokenLimit ? "length" : "stop");
            answer.Usage!["prompt_tokens"]!.GetValue<int>().ShouldBe(end.PromptTokens);
            answer.Usage["completion_tokens"]!.GetValue<int>().ShouldBe(end.GeneratedTokens);
            answer.Usage["total_tokens"]!.GetValue<int>().ShouldBe(end.PromptTokens + end.GeneratedTokens);
            answer.Usage["prompt_tokens_details"]!["cached_tokens"]!.GetValue<int>().ShouldBeInRange(0, end.PromptTokens - 1);
        }
    }

    [Fact]
    public async Task AStreamBeginsWithTheRoleAndEndsWithItsUsage()
    {
        JsonObject body = Body("hello", ("max_tokens", 12), ("temperature", 0));
        List<(string? Type, string Data)> plain = await _server.StreamAsync(Path, (JsonObject)body.DeepClone());
        plain[^1].Data.ShouldBe("[DONE]");
        JsonNode[] chunks = [.. plain.SkipLast(1).Select(item => JsonNode.Parse(item.Data)!)];
        chunks[0]["choices"]![0]!["delta"]!["role"]!.GetValue<string>().ShouldBe("assistant");
        chunks.Skip(1).ShouldAllBe(chunk => chunk["choices"]![0]!["delta"]!["role"] == null);
        chunks.SkipLast(1).ShouldAllBe(chunk => chunk["choices"]![0]!["finish_reason"] == null);
        chunks[^1]["choices"]![0]!["finish_reason"].ShouldNotBeNull();
        chunks.ShouldAllBe(chunk => chunk["usage"] == null && chunk["object"]!.GetValue<string>() == "chat.completion.chunk");
        chunks.Select(chunk => chunk["id"]!.GetValue<string>()).Distinct().Count().ShouldBe(1);

        body["stream_options"] = new JsonObject { ["include_usage"] = true };
        List<(string? Type, string Data)> counted = await _server.StreamAsync(Path, body);
        JsonNode usage = JsonNode.Parse(counted[^2].Data)!;
        usage["choices"]!.AsArray().Count.ShouldBe(0);
        usage["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(12);
    }

    [Fact]
    public async Task SeveralAnswersHaveASeedEach()
    {
        JsonObject body = Body("hello", ("n", 3), ("seed", 7), ("max_tokens", 16), ("temperature", 1.2f));
        JsonNode answer = await _server.AskAsync(Path, body);
        string[] expected = [.. Enumerable.Range(0, 3).Select(number => ServedModels.Alone(
            _server.Chat, [ChatMessage.User("hello")], new GenerationOptions { Seed = (ulong)(7 + number), MaxTokens = 16, Temperature = 1.2f }).Text)];
        expected.Distinct().Count().ShouldBe(3);
        JsonArray choices = answer["choices"]!.AsArray();
        choices.Select(choice => choice!["message"]!["content"]!.GetValue<string>()).ShouldBe(expected);
        choices.Select(choice => choice!["index"]!.GetValue<int>()).ShouldBe([0, 1, 2]);

        StringBuilder[] streamed = [new(), new(), new()];
        foreach ((_, string data) in (await _server.StreamAsync(Path, body)).SkipLast(1))
        {
            JsonNode choice = JsonNode.Parse(data)!["choices"]![0]!;
            streamed[choice["index"]!.GetValue<int>()].Append(choice["delta"]!["content"]?.GetValue<string>());
        }

        streamed.Select(text => text.ToString()).ShouldBe(expected);
    }

    [Fact]
    public async Task TokensSayHowLikelyTheyWere()
    {
        JsonObject body = Body("hello", ("logprobs", true), ("top_logprobs", 3), ("max_tokens", 8), ("temperature", 0));
        JsonArray content = (await _server.AskAsync(Path, body))["choices"]![0]!["logprobs"]!["content"]!.AsArray();
        (_, _, GeneratedToken[] tokens) = ServedModels.Alone(
            _server.Chat, [ChatMessage.User("hello")], new GenerationOptions { Temperature = 0, MaxTokens = 8, Alternatives = 3 });
        content.Count.ShouldBe(tokens.Length);
        foreach ((JsonNode? said, GeneratedToken token) in content.Zip(tokens))
        {
            said!["logprob"]!.GetValue<double>().ShouldBe(token.LogProbability!.Value);
            said["top_logprobs"]!.AsArray().Select(top => top!["logprob"]!.GetValue<double>())
                .ShouldBe(token.Alternatives.Select(alternative => alternative.LogProbability));
            byte[] bytes = [.. said["bytes"]!.AsArray().Select(one => one!.GetValue<byte>())];
            Encoding.UTF8.GetString(bytes).ShouldBe(said["token"]!.GetValue<string>());
        }

        byte[] all = [.. content.SelectMany(said => said!["bytes"]!.AsArray().Select(one => one!.GetValue<byte>()))];
        Encoding.UTF8.GetString(all).Trim().ShouldBe(string.Concat(tokens.Select(token => token.Text)).Trim());
        JsonArray[] streamed =
        [
            .. (await _server.StreamAsync(Path, body)).SkipLast(1)
                .Select(item => JsonNode.Parse(item.Data)!["choices"]![0]!["logprobs"]?["content"]?.AsArray()).OfType<JsonArray>(),
        ];
        streamed.SelectMany(list => list).Select(said => said!.ToJsonString()).ShouldBe(content.Select(said => said!.ToJsonString()));
    }

    [Theory]
    [InlineData("\"required\"")]
    [InlineData("""{"type": "function", "function": {"name": "get_weather"}}""")]
    public async Task CallsAreOfTheFunctionsThatThereAre(string choice)
    {
        // The model would think until its tokens end.
        JsonObject body = Body("is it raining", ("seed", 3), ("max_tokens", 200), ("reasoning_effort", "none"));
        body["tools"] = Tools();
        body["tool_choice"] = JsonNode.Parse(choice);
        body["parallel_tool_calls"] = false;
        JsonNode answer = (await _server.AskAsync(Path, body))["choices"]![0]!;
        answer["finish_reason"]!.GetValue<string>().ShouldBe("tool_calls");
        answer["message"]!["content"].ShouldBeNull();
        JsonNode call = answer["message"]!["tool_calls"]!.AsArray().Single()!;
        call["type"]!.GetValue<string>().ShouldBe("function");
        call["function"]!["name"]!.GetValue<string>().ShouldBe("get_weather");
        JsonNode arguments = JsonNode.Parse(call["function"]!["arguments"]!.GetValue<string>())!;
        arguments["unit"]!.GetValue<string>().ShouldBeOneOf("celsius", "fahrenheit");

        // What was called and what it gave go back.
        JsonArray messages = body["messages"]!.AsArray();
        messages.Add(answer["message"]!.DeepClone());
        messages.Add((JsonNode)new JsonObject { ["role"] = "tool", ["tool_call_id"] = call["id"]!.DeepClone(), ["content"] = "rain" });
        body["tool_choice"] = "none";
        body["max_tokens"] = 8;
        (await _server.AskAsync(Path, body))["choices"]![0]!["message"]!["tool_calls"].ShouldBeNull();

        body["tool_choice"] = JsonNode.Parse(choice);
        body["max_tokens"] = 200;
        List<JsonNode> deltas =
        [
            .. (await _server.StreamAsync(Path, body)).SkipLast(1)
                .Select(item => JsonNode.Parse(item.Data)!["choices"]![0]!["delta"]!["tool_calls"]).OfType<JsonNode>(),
        ];
        JsonNode delta = deltas.ShouldHaveSingleItem()[0]!;
        delta["index"]!.GetValue<int>().ShouldBe(0);
        delta["function"]!["name"]!.GetValue<string>().ShouldBe("get_weather");
    }

    [Fact]
    public async Task AnAnswerFulfilsItsSchema()
    {
        JsonObject body = Body("a dog", ("seed", 5), ("max_tokens", 300));
        body["response_format"] = new JsonObject
        {
            ["type"] = "json_schema",
            ["json_schema"] = new JsonObject
            {
                ["name"] = "animal",
                ["strict"] = true,
                ["schema"] = JsonNode.Parse(
                    """
                    {"type": "object", "properties": {"legs": {"type": "integer", "minimum": 0, "maximum": 8}, "wild": {"type": "boolean"}},
                     "required": ["legs", "wild"], "additionalProperties": false}
                    """),
            },
        };
        JsonNode answer = (await _server.AskAsync(Path, body))["choices"]![0]!;
        answer["finish_reason"]!.GetValue<string>().ShouldBe("stop");
        JsonNode animal = JsonNode.Parse(answer["message"]!["content"]!.GetValue<string>())!;
        animal["legs"]!.GetValue<double>().ShouldBeInRange(0, 8);
        animal["wild"]!.GetValue<bool>();
    }

    [Fact]
    public async Task ReasoningStandsByItself()
    {
        JsonObject body = Body("hello", ("max_tokens", 20), ("temperature", 0), ("reasoning_effort", "high"));
        JsonNode answer = await _server.AskAsync(Path, body);
        answer["choices"]![0]!["message"]!["reasoning_content"]!.GetValue<string>().ShouldNotBeEmpty();
        answer["usage"]!["completion_tokens_details"]!["reasoning_tokens"]!.GetValue<int>().ShouldBeGreaterThan(0);
        body["reasoning_effort"] = "none";
        answer = await _server.AskAsync(Path, body);
        answer["choices"]![0]!["message"]!["reasoning_content"].ShouldBeNull();
        answer["usage"]!["completion_tokens_details"]!["reasoning_tokens"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task StopAndBiasCount()
    {
        JsonObject body = Body("hello", ("max_tokens", 30), ("temperature", 0));
        (string text, _, GeneratedToken[] tokens) = ServedModels.Alone(
            _server.Chat, [ChatMessage.User("hello")], new GenerationOptions { Temperature = 0, MaxTokens = 30 });
        string stop = text.Substring(text.Length / 2, 3);
        body["stop"] = stop;
        JsonNode choice = (await _server.AskAsync(Path, body))["choices"]![0]!;
        choice["message"]!["content"]!.GetValue<string>().ShouldBe(text[..text.IndexOf(stop, StringComparison.Ordinal)]);
        choice["finish_reason"]!.GetValue<string>().ShouldBe("stop");

        body.Remove("stop");
        body["logit_bias"] = new JsonObject { [tokens[0].Id.ToString()] = -100 };
        string other = ServedModels.Alone(_server.Chat, [ChatMessage.User("hello")], new GenerationOptions
        {
            Temperature = 0, MaxTokens = 30, LogitBias = new Dictionary<int, float> { [tokens[0].Id] = -100 },
        }).Text;
        other.ShouldNotBe(text);
        (await _server.AskAsync(Path, body))["choices"]![0]!["message"]!["content"]!.GetValue<string>().ShouldBe(other);
    }

    [Fact]
    public async Task PartsOfTextAreOneTextAndADeveloperIsTheSystem()
    {
        JsonObject body = Body("", ("max_tokens", 8), ("temperature", 0));
        body["messages"] = JsonNode.Parse(
            """
            [{"role": "developer", "content": "be kind"},
             {"role": "user", "content": [{"type": "text", "text": "hel"}, {"type": "text", "text": "lo"}]},
             {"role": "assistant", "content": "hi", "refusal": null, "annotations": []}, {"role": "user", "content": "why"}]
            """);
        string expected = ServedModels.Alone(
            _server.Chat,
            [ChatMessage.System("be kind"), ChatMessage.User("hello"), ChatMessage.Assistant("hi"), ChatMessage.User("why")],
            new GenerationOptions { Temperature = 0, MaxTokens = 8 }).Text;
        (await _server.AskAsync(Path, body))["choices"]![0]!["message"]!["content"]!.GetValue<string>().ShouldBe(expected);
    }

    private static JsonArray Tools() => JsonNode.Parse(
        """
        [{"type": "function", "function": {"name": "get_weather", "description": "Weather of a city", "strict": true, "parameters":
          {"type": "object", "properties": {"unit": {"enum": ["celsius", "fahrenheit"]}}, "required": ["unit"], "additionalProperties": false}}}]
        """)!.AsArray();

    private static JsonObject Body(string question, params (string Name, JsonNode Value)[] fields)
    {
        JsonObject body = new()
        {
            ["model"] = ServedModels.Chat,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question }),
        };
        foreach ((string name, JsonNode value) in fields)
        {
            body[name] = value;
        }

        return body;
    }

    private async Task<(string Text, string Finish, JsonNode? Usage)> CompleteAsync(JsonObject body)
    {
        JsonNode answer = await _server.AskAsync(Path, body);
        JsonNode choice = answer["choices"]![0]!;
        return (choice["message"]!["content"]!.GetValue<string>(), choice["finish_reason"]!.GetValue<string>(), answer["usage"]);
    }

    private async Task<(string Text, string Finish, JsonNode? Usage)> StreamAsync(JsonObject body)
    {
        body["stream_options"] = new JsonObject { ["include_usage"] = true };
        StringBuilder text = new();
        string finish = "";
        JsonNode? usage = null;
        foreach ((_, string data) in (await _server.StreamAsync(Path, body)).SkipLast(1))
        {
            JsonNode chunk = JsonNode.Parse(data)!;
            usage = chunk["usage"] ?? usage;
            foreach (JsonNode? choice in chunk["choices"]!.AsArray())
            {
                text.Append(choice!["delta"]!["content"]?.GetValue<string>());
                finish = choice["finish_reason"]?.GetValue<string>() ?? finish;
            }
        }

        return (text.ToString(), finish, usage);
    }
}
