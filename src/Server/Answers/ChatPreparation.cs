using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Server.Http;

namespace ModelGen.Server.Answers;

/// <summary>A conversation in the runtime's own terms, ready to be answered.</summary>
/// <param name="Prompt">What the template wrote.</param>
/// <param name="Generation">How it is answered.</param>
/// <param name="Answer">What the answer may be.</param>
internal sealed record PreparedChat(ChatPrompt Prompt, GenerationOptions Generation, ChatAnswerOptions Answer);

/// <summary>What a request says of a conversation, whichever interface it came by.</summary>
internal sealed record ChatDemand
{
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    public required IReadOnlyList<ChatTool> Tools { get; init; }

    public required ChatAnswerOptions Answer { get; init; }

    public required GenerationOptions Generation { get; init; }

    /// <summary>Of OpenAI's interface; null: the template's own way.</summary>
    public string? ReasoningEffort { get; init; }

    /// <summary>Further variables of the template.</summary>
    public JsonObject? Variables { get; init; }

    /// <summary>The field that has the conversation.</summary>
    public required string Field { get; init; }

    /// <summary>The field that has the schema of the answer.</summary>
    public required string FormatField { get; init; }
}

/// <summary>Gets conversations ready.</summary>
internal static class ChatPreparation
{
    /// <summary>The template of a model.</summary>
    /// <exception cref="RequestException">It has none.</exception>
    public static ChatTemplate TemplateOf(ServedModel model) =>
        (model.Model as CompiledDecoder)?.ChatTemplate ?? throw RequestException.Invalid(
            "model", $"The model '{model.Name}' has no chat template, and so no conversations; use /v1/completions.");

    /// <summary>Writes the prompt, and makes the masks.</summary>
    /// <param name="model">The model.</param>
    /// <param name="demand">What is asked for.</param>
    /// <exception cref="RequestException">The template or the masks cannot do it.</exception>
    public static PreparedChat Prepare(ServedDecoder model, ChatDemand demand)
    {
        ChatTemplate template = TemplateOf(model);
        ChatTemplateOptions rendering = new() { Tools = demand.Tools, Variables = VariablesOf(demand) };
        ChatAnswerOptions answer = demand.ReasoningEffort == "none" ? demand.Answer with { AllowReasoning = false } : demand.Answer;
        ChatPrompt prompt;
        try
        {
            prompt = template.CreatePrompt(demand.Messages, rendering);
        }
        catch (ModelGenException error)
        {
            throw RequestException.Invalid(demand.Field, error.Message);
        }

        try
        {
            Grammar? grammar = model.Grammars.Of(template, demand.Tools, answer, prompt);
            return new PreparedChat(prompt, demand.Generation with { Grammar = grammar ?? demand.Generation.Grammar }, answer);
        }
        catch (ArgumentException error)
        {
            throw RequestException.Invalid("tool_choice", error);
        }
        catch (ModelGenException error)
        {
            throw RequestException.Invalid(error is GrammarException && answer.JsonSchema is not null ? demand.FormatField : "tools", error.Message);
        }
    }

    /// <summary>The JSON Schema that an answer's text fulfils; null for any text.</summary>
    /// <param name="type">text, json_object or json_schema.</param>
    /// <param name="schema">The schema, where it is of the last type.</param>
    /// <param name="field">Where it stands.</param>
    /// <exception cref="RequestException">It is something else.</exception>
    public static string? SchemaOf(string? type, JsonElement? schema, string field) => type switch
    {
        null or "text" => null,
        "json_object" => """{"type": "object"}""",
        "json_schema" when schema is { ValueKind: JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False } given =>
            given.GetRawText(),
        "json_schema" => throw RequestException.Invalid(field, $"{field} is of the type json_schema and has no schema; give one."),
        _ => throw RequestException.Invalid(field, $"{field} is of the type '{type}'; there are text, json_object and json_schema."),
    };

    // The names that templates have for it.
    private static JsonObject? VariablesOf(ChatDemand demand)
    {
        if (demand.ReasoningEffort is not string effort)
        {
            return demand.Variables;
        }

        if (effort is not ("none" or "minimal" or "low" or "medium" or "high" or "xhigh"))
        {
            throw RequestException.Invalid("reasoning_effort", "reasoning_effort is none, minimal, low, medium, high or xhigh.");
        }

        JsonObject variables = new()
        {
            ["enable_thinking"] = effort != "none",
            ["thinking"] = effort != "none",
            ["reasoning_effort"] = effort switch { "none" or "minimal" => "low", "xhigh" => "high", _ => effort },
        };
        foreach ((string name, JsonNode? value) in demand.Variables ?? [])
        {
            variables[name] = value?.DeepClone();
        }

        return variables;
    }
}
