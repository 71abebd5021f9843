using System.Collections.Generic;
using System.Text.Json;

namespace ModelGen.Server.Contracts;

/// <summary>What requests for text have in common: the model, and how its tokens are drawn.</summary>
internal abstract class GenerationRequest
{
    public string? Model { get; init; }

    public float? Temperature { get; init; }

    public float? TopP { get; init; }

    public int? TopK { get; init; }

    public float? MinP { get; init; }

    public float? RepetitionPenalty { get; init; }

    public float? FrequencyPenalty { get; init; }

    public float? PresencePenalty { get; init; }

    public long? Seed { get; init; }

    public int? N { get; init; }

    public int? MaxTokens { get; init; }

    public int? MinTokens { get; init; }

    /// <summary>A text, or a list of texts.</summary>
    public JsonElement? Stop { get; init; }

    /// <summary>What is added to logits, by the ids of tokens as texts.</summary>
    public Dictionary<string, float>? LogitBias { get; init; }

    public bool? Stream { get; init; }

    public StreamOptions? StreamOptions { get; init; }

    /// <summary>Who asks; it changes no answer.</summary>
    public JsonElement? User { get; init; }

    /// <summary>As <see cref="User"/>.</summary>
    public JsonElement? SafetyIdentifier { get; init; }

    /// <summary>Prompts that begin alike are known by what they are.</summary>
    public JsonElement? PromptCacheKey { get; init; }

    /// <summary>It changes no answer.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>There is one.</summary>
    public JsonElement? ServiceTier { get; init; }
}

/// <summary>How an answer is streamed.</summary>
internal sealed class StreamOptions
{
    public bool? IncludeUsage { get; init; }

    /// <summary>Padding against listeners on the way: there is none here, so that only false is taken.</summary>
    public bool? IncludeObfuscation { get; init; }
}
