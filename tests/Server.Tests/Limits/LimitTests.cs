using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Server.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Server.Tests.Limits;

/// <summary>Keys, and bounds of bodies, tokens, time and requests at once.</summary>
public sealed class LimitTests
{
    private const string Path = "/v1/completions";
    private const string Short = """{"prompt": "a", "max_tokens": 1}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithoutAKeyNothingIsAnswered()
    {
        await using RunningServer server = await RunningServer.StartAsync(new ModelGenServerOptions { ApiKeys = ["first", "second"] });
        foreach (string? key in new[] { null, "third", "firs", "first2" })
        {
            using HttpResponseMessage refused = await server.PostAsync(Path, Short, key: key);
            JsonNode error = await ErrorTests.ErrorOf(refused, HttpStatusCode.Unauthorized);
            error["code"]!.GetValue<string>().ShouldBe("invalid_api_key");
        }

        foreach (string path in new[] { "/v1/models", "/metrics" })
        {
            using HttpResponseMessage refused = await server.Http.GetAsync(path, Token);
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        using HttpResponseMessage answered = await server.PostAsync(Path, Short, key: "second");
        answered.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.Http.GetAsync("/health", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.Http.GetAsync("/ping", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ABodyThatIsTooLargeIsNotRead()
    {
        await using RunningServer server = await RunningServer.StartAsync(new ModelGenServerOptions { MaxBodyBytes = 1000 });
        string body = new JsonObject { ["prompt"] = new string('x', 1000) }.ToJsonString();
        using HttpResponseMessage refused = await server.PostAsync(Path, body);
        JsonNode error = await ErrorTests.ErrorOf(refused, HttpStatusCode.RequestEntityTooLarge);
        error["message"]!.GetValue<string>().ShouldContain("1000 bytes");
    }

    [Fact]
    public async Task TokensHaveBounds()
    {
        await using RunningServer server = await RunningServer.StartAsync(new ModelGenServerOptions { MaxPromptTokens = 5, MaxOutputTokens = 7 });
        using HttpResponseMessage refused = await server.PostAsync(Path, """{"prompt": "a long prompt"}""");
        (await ErrorTests.ErrorOf(refused, HttpStatusCode.BadRequest))["code"]!.GetValue<string>().ShouldBe("context_length_exceeded");
        JsonNode answer = await server.AskAsync(Path, new JsonObject { ["prompt"] = "a", ["max_tokens"] = 100, ["temperature"] = 0 });
        answer["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBeInRange(1, 7);
    }

    [Fact]
    public async Task OneTooManyIsToldToComeBack()
    {
        Holder holder = new();
        ModelGenServerOptions options = new()
        {
            MaxConcurrentRequests = 1, Generation = new GenerationOptions { MaxTokens = 2, LogitProcessors = [holder] },
        };
        await using RunningServer server = await RunningServer.StartAsync(options);
        Task<HttpResponseMessage> running = server.PostAsync(Path, Short);
        await holder.Held.WaitAsync(Token);
        using HttpResponseMessage refused = await server.PostAsync(Path, Short);
        JsonNode error = await ErrorTests.ErrorOf(refused, HttpStatusCode.TooManyRequests);
        error["code"]!.GetValue<string>().ShouldBe("rate_limit_exceeded");
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBe(TimeSpan.FromSeconds(1));
        holder.Gate.Release(10);
        (await running).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.PostAsync(Path, Short)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AFullEngineIsTooManyToo(bool isStreamed)
    {
        Holder holder = new();
        ModelGenServerOptions options = new() { Generation = new GenerationOptions { MaxTokens = 2, LogitProcessors = [holder] } };
        await using RunningServer server = await RunningServer.StartAsync(options, new EngineOptions { MaxConcurrency = 1, QueueLimit = 0 });
        Task<HttpResponseMessage> running = server.PostAsync(Path, Short);
        await holder.Held.WaitAsync(Token);
        using HttpResponseMessage refused = await server.PostAsync(Path, isStreamed ? """{"prompt": "a", "stream": true}""" : Short);
        await ErrorTests.ErrorOf(refused, HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        holder.Gate.Release(10);
        (await running).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task TimeHasABound()
    {
        ModelGenServerOptions options = new()
        {
            RequestTimeout = TimeSpan.FromMilliseconds(300),
            Generation = new GenerationOptions { MinTokens = 500, MaxTokens = 500, LogitProcessors = [new Slow()] },
        };
        await using RunningServer server = await RunningServer.StartAsync(options);
        using HttpResponseMessage ended = await server.PostAsync(Path, """{"prompt": "a", "max_tokens": 500}""");
        (await ErrorTests.ErrorOf(ended, HttpStatusCode.GatewayTimeout))["code"]!.GetValue<string>().ShouldBe("timeout");

        List<(string? Type, string Data)> events = await server.StreamAsync(Path, new JsonObject { ["prompt"] = "a", ["max_tokens"] = 500 });
        events.Count.ShouldBeGreaterThan(1);
        JsonNode.Parse(events[^1].Data)!["error"]!["code"]!.GetValue<string>().ShouldBe("timeout");
        await IdleAsync(server);
    }

    [Fact]
    public async Task AClientThatGoesEndsItsRequest()
    {
        ModelGenServerOptions options = new()
        {
            Generation = new GenerationOptions { MinTokens = 800, MaxTokens = 800, LogitProcessors = [new Slow()] },
        };
        await using RunningServer server = await RunningServer.StartAsync(options);
        foreach (bool isStreamed in new[] { true, false })
        {
            using CancellationTokenSource gone = new();
            using HttpRequestMessage request = new(HttpMethod.Post, Path)
            {
                Content = new StringContent(
                    isStreamed ? """{"prompt": "a", "max_tokens": 800, "stream": true}""" : """{"prompt": "a", "max_tokens": 800}""",
                    System.Text.Encoding.UTF8,
                    "application/json"),
            };
            Task<HttpResponseMessage> asked = server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, gone.Token);
            while (server.Engine.Statistics.Running == 0)
            {
                await Task.Delay(5, Token);
            }

            if (isStreamed)
            {
                (await asked).Dispose();
            }
            else
            {
                await gone.CancelAsync();
                await Should.ThrowAsync<OperationCanceledException>(() => asked);
            }

            await IdleAsync(server);
        }
    }

    [Fact]
    public void OptionsHaveRanges()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new ModelGenServerOptions { MaxBodyBytes = 0 }.Validate()).Message.ShouldContain("MaxBodyBytes");
        Should.Throw<ArgumentOutOfRangeException>(() => new ModelGenServerOptions { RequestTimeout = TimeSpan.Zero }.Validate());
        Should.Throw<ArgumentException>(() => new ModelGenServerOptions { ApiKeys = [""] }.Validate());
        using CompiledEncoder model = ServedModels.LoadVectors();
        using ServerModels models = new();
        models.Add("one", model);
        Should.Throw<ArgumentException>(() => models.Add("one", model)).Message.ShouldContain("'one'");
    }

    private static async Task IdleAsync(RunningServer server)
    {
        while (server.Engine.Statistics is { Running: > 0 } or { Waiting: > 0 })
        {
            await Task.Delay(5, Token);
        }
    }

    /// <summary>Holds an answer until it is let go.</summary>
    private sealed class Holder : LogitProcessor
    {
        public SemaphoreSlim Held { get; } = new(0);

        public SemaphoreSlim Gate { get; } = new(0);

        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
        {
            Held.Release();
            Gate.Wait();
            return LogitProcessorResult.Continue;
        }
    }

    /// <summary>So slow that no answer comes to its end while a test looks.</summary>
    private sealed class Slow : LogitProcessor
    {
        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
        {
            Thread.Sleep(20);
            return LogitProcessorResult.Continue;
        }
    }
}
