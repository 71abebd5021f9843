using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.Server.Contracts;

/// <summary>A conversation that is to be answered, in the form of OpenAI's responses.</summary>
internal sealed class ResponseRequest
{
    public string? Model { get; init; }

    /// <summary>A text, or a list of items.</summary>
    public required JsonNode Input { get; init; }

    public string? Instructions { get; init; }

    public int? MaxOutputTokens { get; init; }

    public float? Temperature { get; init; }

    public float? TopP { get; init; }

    public List<JsonObject>? Tools { get; init; }

    public JsonElement? ToolChoice { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public ResponseText? Text { get; init; }

    public ResponseReasoning? Reasoning { get; init; }

    public bool? Stream { get; init; }

    public StreamOptions? StreamOptions { get; init; }

    /// <summary>Nothing is kept; only false is taken.</summary>
    public bool? Store { get; init; }

    /// <summary>Likewise: there is no earlier one.</summary>
    public string? PreviousResponseId { get; init; }

    /// <summary>Likewise.</summary>
    public JsonElement? Conversation { get; init; }

    /// <summary>Only false is taken.</summary>
    public bool? Background { get; init; }

    /// <summary>What is to be answered beside: nothing.</summary>
    public List<string>? Include { get; init; }

    /// <summary>disabled: what does not fit is an error.</summary>
    public string? Truncation { get; init; }

    /// <summary>It changes no answer.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>Who asks; it changes no answer.</summary>
    public string? User { get; init; }

    /// <summary>As <see cref="User"/>.</summary>
    public JsonElement? SafetyIdentifier { get; init; }

    /// <summary>Prompts that begin alike are known by what they are.</summary>
    public JsonElement? PromptCacheKey { get; init; }

    /// <summary>There is one.</summary>
    public JsonElement? ServiceTier { get; init; }
}

/// <summary>What the text of a response is.</summary>
internal sealed class ResponseText
{
    public ResponseTextFormat? Format { get; init; }
}

/// <summary>Its form.</summary>
internal sealed class ResponseTextFormat
{
    public required string Type { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Answers are kept to the schema in any case.</summary>
    public bool? Strict { get; init; }

    public JsonElement? Schema { get; init; }
}

/// <summary>How much the model thinks.</summary>
internal sealed class ResponseReasoning
{
    public string? Effort { get; init; }

    /// <summary>What it thinks is given whole, and not summed up: auto or none.</summary>
    public string? Summary { get; init; }
}
