using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.Server.Contracts;

/// <summary>A conversation that is to be answered.</summary>
internal sealed class ChatRequest : GenerationRequest
{
    public required List<JsonObject> Messages { get; init; }

    public int? MaxCompletionTokens { get; init; }

    public bool? Logprobs { get; init; }

    public int? TopLogprobs { get; init; }

    public List<JsonObject>? Tools { get; init; }

    /// <summary>"none", "auto", "required", or an object that names a function.</summary>
    public JsonElement? ToolChoice { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public ResponseFormat? ResponseFormat { get; init; }

    public string? ReasoningEffort { get; init; }

    /// <summary>Further variables of the template.</summary>
    public JsonObject? ChatTemplateKwargs { get; init; }

    /// <summary>Only text is answered.</summary>
    public List<string>? Modalities { get; init; }

    /// <summary>Nothing is kept; only false is taken.</summary>
    public bool? Store { get; init; }
}

/// <summary>What an answer's text is.</summary>
internal sealed class ResponseFormat
{
    public required string Type { get; init; }

    public JsonSchemaFormat? JsonSchema { get; init; }
}

/// <summary>The JSON Schema of an answer.</summary>
internal sealed class JsonSchemaFormat
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Answers are kept to the schema in any case.</summary>
    public bool? Strict { get; init; }

    public JsonElement? Schema { get; init; }
}
