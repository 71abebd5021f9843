using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using ModelGen.Server.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Server.Tests.Limits;

/// <summary>What cannot be done is an error in OpenAI's form that names the field.</summary>
public sealed class ErrorTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Chat = "/v1/chat/completions";
    private const string User = """{"messages": [{"role": "user", "content": "a"}], """;

    private readonly RunningServer _server = fixture.Server;

    [Theory]
    [InlineData(Chat, "{", null)]
    [InlineData(Chat, "[]", null)]
    [InlineData(Chat, "null", null)]
    [InlineData(Chat, "", null)]
    [InlineData(Chat, "{}", null)]
    [InlineData(Chat, """{"messages": []}""", "messages")]
    [InlineData(Chat, """{"messages": [null]}""", "messages[0]")]
    [InlineData(Chat, """{"messages": "a"}""", "messages")]
    [InlineData(Chat, """{"messages": [{"content": "a"}]}""", "messages[0].role")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": 3}]}""", "messages[0].content")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}""", "messages[0].content[0]")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a", "tool_calls": []}]}""", "messages[0].tool_calls")]
    [InlineData(Chat, """{"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{"}}]}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData(Chat, User + """ "frob": 1}""", "frob")]
    [InlineData(Chat, User + """ "stream_options": {"frob": 1}}""", "stream_options.frob")]
    [InlineData(Chat, User + """ "temperature": "warm"}""", "temperature")]
    [InlineData(Chat, User + """ "temperature": -1}""", "temperature")]
    [InlineData(Chat, User + """ "top_p": 2}""", "top_p")]
    [InlineData(Chat, User + """ "n": 0}""", "n")]
    [InlineData(Chat, User + """ "n": 1000000}""", "n")]
    [InlineData(Chat, User + """ "max_tokens": 0}""", "max_tokens")]
    [InlineData(Chat, User + """ "max_completion_tokens": 0}""", "max_completion_tokens")]
    [InlineData(Chat, User + """ "max_tokens": 3, "max_completion_tokens": 4}""", "max_tokens")]
    [InlineData(Chat, User + """ "stop": ""}""", "stop")]
    [InlineData(Chat, User + """ "stop": [3]}""", "stop")]
    [InlineData(Chat, User + """ "logit_bias": {"a": 1}}""", "logit_bias")]
    [InlineData(Chat, User + """ "logit_bias": {"99999": 1}}""", "logit_bias")]
    [InlineData(Chat, User + """ "top_logprobs": 3}""", "top_logprobs")]
    [InlineData(Chat, User + """ "store": true}""", "store")]
    [InlineData(Chat, User + """ "modalities": ["audio"]}""", "modalities")]
    [InlineData(Chat, User + """ "functions": []}""", "functions")]
    [InlineData(Chat, User + """ "reasoning_effort": "much"}""", "reasoning_effort")]
    [InlineData(Chat, User + """ "response_format": {"type": "xml"}}""", "response_format")]
    [InlineData(Chat, User + """ "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "frob"}}}}""", "response_format")]
    [InlineData(Chat, User + """ "tools": [{"type": "web_search"}]}""", "tools[0]")]
    [InlineData(Chat, User + """ "tool_choice": "required"}""", "tool_choice")]
    [InlineData(Chat, User + """ "tool_choice": 3}""", "tool_choice")]
    [InlineData(Chat, User + """ "model": "vectors"}""", "model")]
    [InlineData("/v1/completions", "{}", null)]
    [InlineData("/v1/completions", """{"prompt": []}""", "prompt")]
    [InlineData("/v1/completions", """{"prompt": [99999]}""", "prompt")]
    [InlineData("/v1/completions", """{"prompt": "a", "suffix": "b"}""", "suffix")]
    [InlineData("/v1/completions", """{"prompt": "a", "best_of": 3}""", "best_of")]
    [InlineData("/v1/completions", """{"prompt": "a", "logprobs": 100}""", "logprobs")]
    [InlineData("/v1/embeddings", """{"input": "a"}""", "model")]
    [InlineData("/v1/embeddings", """{"model": "vectors", "input": []}""", "input")]
    [InlineData("/v1/embeddings", """{"model": "vectors", "input": "a", "dimensions": 0}""", "dimensions")]
    [InlineData("/v1/embeddings", """{"model": "vectors", "input": "a", "encoding_format": "hex"}""", "encoding_format")]
    [InlineData("/v1/rerank", """{"model": "ranker", "query": "a", "documents": []}""", "documents")]
    [InlineData("/v1/rerank", """{"model": "vectors", "query": "a", "documents": ["b"]}""", "model")]
    [InlineData("/v1/responses", """{"input": []}""", "input")]
    [InlineData("/v1/responses", """{"input": "a", "text": {"format": {"type": "json_schema", "schema": {"type": "frob"}}}}""", "text.format")]
    [InlineData("/v1/responses", """{"input": "a", "store": true}""", "store")]
    [InlineData("/v1/responses", """{"input": "a", "previous_response_id": "resp_1"}""", "previous_response_id")]
    [InlineData("/v1/responses", """{"input": [{"type": "computer_call"}]}""", "input[0]")]
    [InlineData("/v1/responses", """{"input": "a", "background": true}""", "background")]
    [InlineData("/detokenize", """{"model": "tiny/chat", "tokens": [-1]}""", "tokens[0]")]
    [InlineData("/invocations", "{}", null)]
    public async Task ABadRequestIsAnErrorThatNamesItsField(string path, string body, string? field)
    {
        using HttpResponseMessage response = await _server.PostAsync(path, body);
        JsonNode error = await ErrorOf(response, HttpStatusCode.BadRequest);
        error["type"]!.GetValue<string>().ShouldBe("invalid_request_error");
        (error["param"]?.GetValue<string>()).ShouldBe(field);
        error["message"]!.GetValue<string>().ShouldNotContain("ModelGen.");
        error["message"]!.GetValue<string>().ShouldNotContain("System.");
        error["message"]!.GetValue<string>().ShouldNotContain("(Parameter");
    }

    [Theory]
    [InlineData(User + """ "user": "x", "metadata": {"a": "b"}, "store": false, "service_tier": "auto", "seed": null, "max_tokens": 1}""")]
    [InlineData(User + """ "prompt_cache_key": "x", "safety_identifier": "y", "modalities": ["text"], "stop": null, "tools": [], "max_tokens": 1}""")]
    public async Task WhatChangesNoAnswerIsTaken(string body)
    {
        using HttpResponseMessage response = await _server.PostAsync(Chat, body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnUnknownModelIsNotFound()
    {
        using HttpResponseMessage response = await _server.PostAsync(Chat, User + """ "model": "gpt-4"}""");
        JsonNode error = await ErrorOf(response, HttpStatusCode.NotFound);
        error["code"]!.GetValue<string>().ShouldBe("model_not_found");
        error["message"]!.GetValue<string>().ShouldContain(ServedModels.Chat);
    }

    [Fact]
    public async Task AConversationThatDoesNotFitSaysHowLongItIs()
    {
        JsonObject body = new()
        {
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = new string('x', 2000) }), ["stream"] = true,
        };
        using HttpResponseMessage response = await _server.PostAsync(Chat, body.ToJsonString());
        JsonNode error = await ErrorOf(response, HttpStatusCode.BadRequest);
        error["code"]!.GetValue<string>().ShouldBe("context_length_exceeded");
        error["message"]!.GetValue<string>().ShouldContain("900");
    }

    /// <summary>A page of another site can send everything but JSON without asking first.</summary>
    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task OnlyJsonIsRead(string mediaType)
    {
        using HttpResponseMessage response = await _server.PostAsync(Chat, User + """ "max_tokens": 1}""", mediaType);
        await ErrorOf(response, HttpStatusCode.UnsupportedMediaType);
    }

    internal static async Task<JsonNode> ErrorOf(HttpResponseMessage response, HttpStatusCode status)
    {
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(status, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return JsonNode.Parse(text)!["error"]!;
    }
}
