using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ModelGen.Server.Contracts;

/// <summary>A text whose tokens are asked for.</summary>
internal sealed class TokenizeRequest
{
    public string? Model { get; init; }

    public required string Content { get; init; }

    /// <summary>Whether what starts and ends a text is added.</summary>
    public bool? AddSpecial { get; init; }

    /// <summary>Whether the text of control tokens is read as these tokens.</summary>
    public bool? ParseSpecial { get; init; }
}

/// <summary>The tokens.</summary>
internal sealed class TokenizeResult
{
    public required IReadOnlyList<int> Tokens { get; init; }
}

/// <summary>Tokens whose text is asked for.</summary>
internal sealed class DetokenizeRequest
{
    public string? Model { get; init; }

    public required List<int> Tokens { get; init; }
}

/// <summary>The text.</summary>
internal sealed class DetokenizeResult
{
    public required string Content { get; init; }
}

/// <summary>A conversation whose text is asked for.</summary>
internal sealed class ApplyTemplateRequest
{
    public string? Model { get; init; }

    public required List<JsonObject> Messages { get; init; }

    public List<JsonObject>? Tools { get; init; }

    public bool? AddGenerationPrompt { get; init; }

    /// <summary>Further variables of the template.</summary>
    public JsonObject? ChatTemplateKwargs { get; init; }
}

/// <summary>The text.</summary>
internal sealed class ApplyTemplateResult
{
    public required string Prompt { get; init; }
}

/// <summary>That the server answers.</summary>
internal sealed class HealthReport
{
    public string Status => "ok";
}
