using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace ModelGen.Server.Tests.Support;

/// <summary>A server on a free port of this machine, with a decoder, an encoder and a ranker.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServerModels _models;
    private readonly CompiledModel[] _loaded;

    private RunningServer(WebApplication app, ServerModels models, CompiledModel[] loaded, Engine engine)
    {
        _app = app;
        _models = models;
        _loaded = loaded;
        Engine = engine;
        Address = new Uri(System.Linq.Enumerable.First(app.Urls));
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public Engine Engine { get; }

    public CompiledDecoder Chat => (CompiledDecoder)_loaded[0];

    public CompiledEncoder Vectors => (CompiledEncoder)_loaded[1];

    public CompiledEncoder Ranker => (CompiledEncoder)_loaded[2];

    public static async Task<RunningServer> StartAsync(ModelGenServerOptions? options = null, EngineOptions? engineOptions = null)
    {
        CompiledDecoder chat = ServedModels.LoadChat();
        CompiledEncoder vectors = ServedModels.LoadVectors();
        CompiledEncoder ranker = ServedModels.LoadRanker();
        Engine engine = chat.CreateEngine(engineOptions);
        ServerModels models = new();
        models.Add(ServedModels.Chat, engine).Add(ServedModels.Vectors, vectors).Add(ServedModels.Ranker, ranker);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapModelGen(models, options);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningServer(app, models, [chat, vectors, ranker], engine);
    }

    /// <summary>Posts a body.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string body, string mediaType = "application/json", string? key = null)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(mediaType)),
        };
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Posts a body, and gives what is answered.</summary>
    public async Task<JsonNode> AskAsync(string path, JsonObject body)
    {
        using HttpResponseMessage response = await PostAsync(path, body.ToJsonString());
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Posts a body, and gives the values of the events that come, and their types.</summary>
    public async Task<List<(string? Type, string Data)>> StreamAsync(string path, JsonObject body)
    {
        body["stream"] = true;
        using HttpResponseMessage response = await PostAsync(path, body.ToJsonString());
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        List<(string? Type, string Data)> events = [];
        foreach (string block in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string? type = null;
            string? data = null;
            foreach (string line in block.Split('\n'))
            {
                _ = line.StartsWith("event: ", StringComparison.Ordinal) ? type = line["event: ".Length..]
                    : line.StartsWith("data: ", StringComparison.Ordinal) ? data = line["data: ".Length..]
                    : throw new InvalidOperationException($"A line that is none of an event: {line}");
            }

            events.Add((type, data!));
        }

        return events;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await Engine.DisposeAsync();
        await _models.DisposeAsync();
        foreach (CompiledModel model in _loaded)
        {
            model.Dispose();
        }
    }
}
