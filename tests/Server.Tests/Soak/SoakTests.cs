using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Server.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Server.Tests.Soak;

/// <summary>
/// Many clients at once, good ones and bad ones, for as long as the environment variable <see cref="SecondsVariable"/> says: no answer is wrong, and
/// nothing is left over.
/// </summary>
public sealed class SoakTests
{
    private const string SecondsVariable = "MODELGEN_SOAK_SECONDS";
    private const int DefaultSeconds = 20;
    private const int Connections = 64;
    private const int Questions = 12;
    private const string Path = "/v1/chat/completions";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoAnswerIsWrongAndNothingIsLeftOver()
    {
        int seconds = int.TryParse(Environment.GetEnvironmentVariable(SecondsVariable), out int given) ? given : DefaultSeconds;
        ModelGenServerOptions options = new() { MaxBodyBytes = 1 << 20 };
        await using RunningServer server = await RunningServer.StartAsync(options, new EngineOptions { MaxConcurrency = 16, QueueLimit = 48 });
        Question[] questions = [.. Enumerable.Range(0, Questions).Select(number => Question.Create(server.Chat, number))];
        Tally tally = new();

        // What is taken once, by the first requests, is no growth.
        await RunAsync(server, questions, tally, TimeSpan.FromSeconds(seconds * 0.3));
        long before = await RestAsync(server);
        await RunAsync(server, questions, tally, TimeSpan.FromSeconds(seconds * 0.7));
        long after = await RestAsync(server);
        TestContext.Current.SendDiagnosticMessage("{0}; {1:F1} MB of managed memory, then {2:F1}", tally, before / 1e6, after / 1e6);

        tally.Right.ShouldBeGreaterThan(Questions);
        tally.Left.ShouldBeGreaterThan(0);
        tally.Bad.ShouldBeGreaterThan(0);
        (after - before).ShouldBeLessThan(8 << 20);
    }

    private static async Task RunAsync(RunningServer server, Question[] questions, Tally tally, TimeSpan time)
    {
        Stopwatch watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(client => Task.Run(async () =>
        {
            Random random = new(client);
            using SocketsHttpHandler handler = new();
            using HttpClient http = new(handler) { BaseAddress = server.Address };
            while (watch.Elapsed < time)
            {
                await AskAsync(http, questions[random.Next(questions.Length)], random, tally);
            }
        })));
    }

    private static async Task AskAsync(HttpClient http, Question question, Random random, Tally tally)
    {
        switch (random.Next(12))
        {
            case 0:
                await RefuseAsync(http, "{\"messages\": [", HttpStatusCode.BadRequest, tally);
                break;
            case 1:
                await RefuseAsync(http, "{\"messages\": \"" + new string('x', 10 << 20) + "\"}", HttpStatusCode.RequestEntityTooLarge, tally);
                break;
            case 2 or 3 or 4:
                await LeaveAsync(http, question, random, tally);
                break;
            case 5:
                await StreamAsync(http, question, pause: 3, tally);
                break;
            case 6 or 7 or 8:
                await StreamAsync(http, question, pause: 0, tally);
                break;
            default:
                await CompleteAsync(http, question, tally);
                break;
        }
    }

    private static async Task CompleteAsync(HttpClient http, Question question, Tally tally)
    {
        using HttpResponseMessage response = await http.PostAsync(Path, question.Content(isStreamed: false), Token);
        string body = await response.Content.ReadAsStringAsync(Token);
        if (tally.CountsAsFull(response))
        {
            return;
        }

        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        JsonNode.Parse(body)!["choices"]![0]!["message"]!["content"]!.GetValue<string>().ShouldBe(question.Answer);
        tally.CountRight();
    }

    private static async Task StreamAsync(HttpClient http, Question question, int pause, Tally tally)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Path) { Content = question.Content(isStreamed: true) };
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        if (tally.CountsAsFull(response))
        {
            return;
        }

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        StringBuilder text = new();
        using System.IO.StreamReader lines = new(await response.Content.ReadAsStreamAsync(Token));
        bool isDone = false;
        while (await lines.ReadLineAsync(Token) is string line)
        {
            if (line == "data: [DONE]")
            {
                isDone = true;
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                text.Append(JsonNode.Parse(line["data: ".Length..])!["choices"]![0]!["delta"]!["content"]?.GetValue<string>());
                if (pause > 0)
                {
                    await Task.Delay(pause, Token);
                }
            }
        }

        isDone.ShouldBeTrue();
        text.ToString().ShouldBe(question.Answer);
        tally.CountRight();
    }

    // In the middle of an answer, or before it.
    private static async Task LeaveAsync(HttpClient http, Question question, Random random, Tally tally)
    {
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(Token);
        gone.CancelAfter(random.Next(30));
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, Path) { Content = question.Content(isStreamed: true) };
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, gone.Token);
            await response.Content.ReadAsStringAsync(gone.Token);
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            tally.CountLeft();
        }
    }

    private static async Task RefuseAsync(HttpClient http, string body, HttpStatusCode status, Tally tally)
    {
        try
        {
            using HttpResponseMessage response = await http.PostAsync(Path, new StringContent(body, Encoding.UTF8, "application/json"), Token);
            response.StatusCode.ShouldBe(status);
        }
        catch (HttpRequestException) when (status == HttpStatusCode.RequestEntityTooLarge)
        {
            // The server has closed the connection while the body was still being sent.
        }

        tally.CountBad();
    }

    private static async Task<long> RestAsync(RunningServer server)
    {
        while (server.Engine.Statistics is { Running: > 0 } or { Waiting: > 0 })
        {
            await Task.Delay(10, Token);
        }

        // Connections close a moment after their clients have gone.
        await Task.Delay(500, Token);
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private sealed record Question(string Json, string Answer)
    {
        public static Question Create(CompiledDecoder model, int number)
        {
            GenerationOptions options = new() { Seed = (ulong)number, MaxTokens = 8 + number * 3, Temperature = number % 3 == 0 ? 0 : 1.1f };
            string text = $"tell me about {new string((char)('a' + number), number * 8 + 1)}";
            JsonObject body = new()
            {
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
                ["seed"] = number, ["max_tokens"] = options.MaxTokens, ["temperature"] = options.Temperature,
            };
            return new Question(body.ToJsonString(), ServedModels.Alone(model, [ChatMessage.User(text)], options).Text);
        }

        public StringContent Content(bool isStreamed) =>
            new(isStreamed ? Json[..^1] + ", \"stream\": true}" : Json, Encoding.UTF8, "application/json");
    }

    private sealed class Tally
    {
        private int _right;
        private int _left;
        private int _bad;
        private int _full;

        public int Right => _right;

        public int Left => _left;

        public int Bad => _bad;

        public void CountRight() => Interlocked.Increment(ref _right);

        public void CountLeft() => Interlocked.Increment(ref _left);

        public void CountBad() => Interlocked.Increment(ref _bad);

        public bool CountsAsFull(HttpResponseMessage response)
        {
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
            {
                return false;
            }

            response.Headers.RetryAfter.ShouldNotBeNull();
            Interlocked.Increment(ref _full);
            return true;
        }

        public override string ToString() => $"{_right} right answers, {_left} left, {_bad} refused, {_full} told to come back";
    }
}
