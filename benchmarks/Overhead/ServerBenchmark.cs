using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using ModelGen.Server;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>What a server costs beside its engine: the same answers, asked of the engine and as streams over HTTP, in turns.</summary>
internal static class ServerBenchmark
{
    private const int Runs = 15;
    private const int AnswerTokens = 200;

    private static readonly int[] Clients = [1, 16];

    /// <summary>Prints the table of one model.</summary>
    /// <param name="path">Its GGUF file.</param>
    /// <param name="threads">Threads that work on a step.</param>
    public static async Task RunAsync(string path, int threads)
    {
        using CompiledDecoder model = EngineBenchmark.Load(path, threads);
        await using Engine engine = model.CreateEngine();
        using ServerModels models = new();
        models.Add("model", engine);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication app = builder.Build();
        app.MapModelGen(models);
        await app.StartAsync();
        using HttpClient http = new() { BaseAddress = new Uri(app.Urls.First()) };
        foreach (int count in Clients)
        {
            List<double> direct = [];
            List<double> served = [];
            for (int run = -3; run < Runs; run++)
            {
                double first = await TimeAsync(count, () => AskEngineAsync(engine));
                double second = await TimeAsync(count, () => AskServerAsync(http));
                if (run >= 0)
                {
                    direct.Add(first);
                    served.Add(second);
                }
            }

            double perToken = 1e6 / (count * AnswerTokens);
            double difference = direct.Zip(served, (a, b) => b - a).Order().ElementAt(Runs / 2) * perToken;
            Measure.Print(
                $"{count} clients, answers of {AnswerTokens} tokens",
                $"{direct.Order().ElementAt(Runs / 2) * perToken,8:F1} us a token of the engine's, {difference:F1} more over HTTP, the client's share included");
        }
    }

    private static async Task<double> TimeAsync(int clients, Func<Task> ask)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(ask)));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task AskEngineAsync(Engine engine)
    {
        GenerationOptions options = new() { MaxTokens = AnswerTokens, MinTokens = AnswerTokens, Temperature = 0, LogProbabilities = false };
        await foreach (GeneratedToken _ in engine.GenerateTokensAsync("Once upon a time", options))
        {
        }
    }

    private static async Task AskServerAsync(HttpClient http)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/completions")
        {
            Content = new StringContent(
                $$"""{"prompt": "Once upon a time", "max_tokens": {{AnswerTokens}}, "min_tokens": {{AnswerTokens}}, "temperature": 0, "stream": true}""",
                Encoding.UTF8,
                "application/json"),
        };
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await (await response.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
    }
}
