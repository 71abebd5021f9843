using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ModelGen;

/// <summary>How a chat template renders a conversation.</summary>
public sealed record ChatTemplateOptions
{
    /// <summary>Tools that the model may call; empty for none.</summary>
    public IReadOnlyList<ChatTool> Tools { get; init; } = [];

    /// <summary>Whether the text ends with what starts the model's answer. Default true.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary>Further variables that the template knows, such as enable_thinking; null for none.</summary>
    public JsonObject? Variables { get; init; }

    /// <summary>What a template that writes today's date takes for now; null for the machine's time.</summary>
    public DateTime? Now { get; init; }
}
