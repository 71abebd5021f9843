using System;
using System.Collections.Generic;

namespace ModelGen.Server;

/// <summary>How models are served (<see cref="ModelGenEndpoints.MapModelGen"/>).</summary>
public sealed record ModelGenServerOptions
{
    /// <summary>
    /// Keys of which each request must bring one, as <c>Authorization: Bearer KEY</c>. Empty, the default, asks for none. <c>/health</c> and
    /// <c>/ping</c> never ask.
    /// </summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>How texts are generated where a request does not say. Default: as long as the context has room for.</summary>
    public GenerationOptions Generation { get; init; } = new() { MaxTokens = int.MaxValue };

    /// <summary>The most bytes of a request's body, at least 1; a larger one is answered with 413. Default 4 MiB.</summary>
    public long MaxBodyBytes { get; init; } = 4 << 20;

    /// <summary>The most tokens of a prompt, at least 1; null, the default: as many as the context holds.</summary>
    public int? MaxPromptTokens { get; init; }

    /// <summary>The most tokens of an answer, at least 1; a request that asks for more gets as many. Null, the default: no bound but the
    /// context.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The most answers of a request (its <c>n</c> times its prompts), at least 1. Default 16.</summary>
    public int MaxAnswers { get; init; } = 16;

    /// <summary>The most texts of a request for embeddings or a ranking, at least 1. Default 2,048.</summary>
    public int MaxTexts { get; init; } = 2048;

    /// <summary>
    /// The most requests at the same time, at least 1; a further one is answered with 429 and <c>Retry-After</c>. Default 1,024. Which of
    /// them are answered and which wait is the engine's (<see cref="EngineOptions.MaxConcurrency"/>, <see cref="EngineOptions.QueueLimit"/>).
    /// </summary>
    public int MaxConcurrentRequests { get; init; } = 1024;

    /// <summary>The longest time that a request may take, above zero; it is ended then, with 504 where nothing was written yet. Null, the
    /// default: no bound.</summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    /// <exception cref="ArgumentException">A list is null, or a key is empty.</exception>
    internal void Validate()
    {
        Require(MaxBodyBytes >= 1, MaxBodyBytes, "MaxBodyBytes is at least 1.");
        Require(MaxPromptTokens is null or >= 1, MaxPromptTokens, "MaxPromptTokens is at least 1, or null for the whole context.");
        Require(MaxOutputTokens is null or >= 1, MaxOutputTokens, "MaxOutputTokens is at least 1, or null for the whole context.");
        Require(MaxAnswers >= 1, MaxAnswers, "MaxAnswers is at least 1.");
        Require(MaxTexts >= 1, MaxTexts, "MaxTexts is at least 1.");
        Require(MaxConcurrentRequests >= 1, MaxConcurrentRequests, "MaxConcurrentRequests is at least 1.");
        Require(
            RequestTimeout is null || (RequestTimeout > TimeSpan.Zero && RequestTimeout.Value.TotalMilliseconds < int.MaxValue),
            RequestTimeout,
            "RequestTimeout is above zero and at most 24 days, or null for no bound.");
        if (ApiKeys is null || Generation is null)
        {
            throw new ArgumentException("ApiKeys and Generation are not null; leave them out for the defaults.", "options");
        }

        foreach (string? key in ApiKeys)
        {
            if (string.IsNullOrWhiteSpace(key))
            {
                throw new ArgumentException("ApiKeys has an empty key, which everybody would know; leave it out.", "options");
            }
        }
    }

    private static void Require(bool condition, object? value, string message)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException("options", value, message);
        }
    }
}
