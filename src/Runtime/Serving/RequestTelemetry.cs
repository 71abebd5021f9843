using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ModelGen.Serving;

/// <summary>
/// What monitoring sees of a request, under the names that OpenTelemetry gives to what concerns generative models. Costs next to nothing
/// while nobody listens.
/// </summary>
/// <param name="model">The model's name.</param>
/// <param name="operation">What is asked for: "chat" or "text_completion".</param>
/// <param name="options">How it is generated.</param>
internal sealed class RequestTelemetry(string model, string operation, GenerationOptions options)
{
    // What programs name to listen.
    private const string Name = "ModelGen";

    private const string Provider = "modelgen";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "gen_ai.server.request.duration", "s", "From a request to its end.");

    private static readonly Histogram<double> TimeToFirstToken = Meter.CreateHistogram<double>(
        "gen_ai.server.time_to_first_token", "s", "From a request to its first token.");

    private static readonly Histogram<double> TimePerOutputToken = Meter.CreateHistogram<double>(
        "gen_ai.server.time_per_output_token", "s", "Time of a token behind the first one, on average over a request.");

    private static readonly Histogram<long> TokenUsage = Meter.CreateHistogram<long>(
        "gen_ai.client.token.usage", "{token}", "Tokens of a request's prompt and answer.");

    private Activity? _activity;
    private long _start;
    private long _firstToken;
    private bool _hasEnded;

    /// <summary>The request is made, by the caller's thread.</summary>
    public void Start()
    {
        _start = Stopwatch.GetTimestamp();
        if (!Activities.HasListeners())
        {
            return;
        }

        // The request ends on another thread; here the caller's own activity goes on.
        Activity? current = Activity.Current;
        _activity = Activities.StartActivity($"{operation} {model}");
        Activity.Current = current;
        _activity?.SetTag("gen_ai.operation.name", operation)
            .SetTag("gen_ai.provider.name", Provider)
            .SetTag("gen_ai.request.model", model)
            .SetTag("gen_ai.request.max_tokens", options.MaxTokens)
            .SetTag("gen_ai.request.temperature", (double)options.Temperature)
            .SetTag("gen_ai.request.top_p", (double)options.TopP)
            .SetTag("gen_ai.request.top_k", (double)options.TopK);
        if (options.Seed is ulong seed)
        {
            _activity?.SetTag("gen_ai.request.seed", unchecked((long)seed));
        }
    }

    /// <summary>A token is there.</summary>
    public void AddToken() => _firstToken = _firstToken == 0 ? Stopwatch.GetTimestamp() : _firstToken;

    /// <summary>It is answered.</summary>
    public void End(GenerationEnd end)
    {
        if (_hasEnded)
        {
            return;
        }

        _hasEnded = true;
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        TagList tags = Tags();
        Duration.Record(seconds, tags);
        if (_firstToken != 0)
        {
            double first = Stopwatch.GetElapsedTime(_start, _firstToken).TotalSeconds;
            TimeToFirstToken.Record(first, tags);
            if (end.GeneratedTokens > 1)
            {
                TimePerOutputToken.Record((seconds - first) / (end.GeneratedTokens - 1), tags);
            }
        }

        RecordUsage(end.PromptTokens, "input");
        RecordUsage(end.GeneratedTokens, "output");
        _activity?.SetTag("gen_ai.usage.input_tokens", end.PromptTokens)
            .SetTag("gen_ai.usage.cache_read.input_tokens", end.CachedTokens)
            .SetTag("gen_ai.usage.output_tokens", end.GeneratedTokens)
            .SetTag("gen_ai.response.finish_reasons", new[] { FinishReason(end.Reason) });
        _activity?.Stop();
    }

    /// <summary>It ends with an exception, or nobody reads it any more.</summary>
    public void Fail(string errorType)
    {
        if (_hasEnded)
        {
            return;
        }

        _hasEnded = true;
        TagList tags = Tags();
        tags.Add("error.type", errorType);
        Duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, tags);
        _activity?.SetTag("error.type", errorType).SetStatus(ActivityStatusCode.Error);
        _activity?.Stop();
    }

    private static string FinishReason(GenerationEndReason reason) =>
        reason is GenerationEndReason.TokenLimit or GenerationEndReason.ContextFull ? "length" : "stop";

    private void RecordUsage(long tokens, string type)
    {
        TagList tags = Tags();
        tags.Add("gen_ai.token.type", type);
        TokenUsage.Record(tokens, tags);
    }

    private TagList Tags() => new()
    {
        { "gen_ai.operation.name", operation },
        { "gen_ai.provider.name", Provider },
        { "gen_ai.request.model", model },
    };
}
