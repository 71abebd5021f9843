using System;
using System.Linq;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>How a model that reads a template answers.</summary>
/// <param name="ToolCalls">How it writes calls of tools.</param>
/// <param name="Reasoning">How it marks what it thinks.</param>
internal sealed record AnswerForms(ToolCallForm ToolCalls, ReasoningForm Reasoning)
{
    // What a template writes only for models of a form. Some forms have markers of others and more of their own, and so come first.
    private static readonly (ToolCallForm Form, string[] Markers)[] ToolCallMarkers =
    [
        (ToolCallForm.Harmony, ["<|channel|>", "<|message|>", "<|start|>"]),
        (ToolCallForm.DeepSeek, ["<｜tool▁call▁begin｜>", "```json"]),
        (ToolCallForm.DeepSeekInline, ["<｜tool▁call▁begin｜>"]),
        (ToolCallForm.Kimi, ["<|tool_calls_section_begin|>"]),
        (ToolCallForm.Command, ["<|START_ACTION|>"]),
        (ToolCallForm.Lfm, ["<|tool_call_start|>"]),
        (ToolCallForm.Lfm, ["<|tool_list_start|>"]),
        (ToolCallForm.MistralArguments, ["[TOOL_CALLS]", "[ARGS]"]),
        (ToolCallForm.Mistral, ["[TOOL_CALLS]"]),
        (ToolCallForm.Phi, ["<|/tool_call|>"]),
        (ToolCallForm.Phi, ["<|tool|>", "<|/tool|>"]),
        (ToolCallForm.Granite, ["<|tool_call|>"]),
        (ToolCallForm.Hermes, ["<tool_call>", "arguments"]),
        (ToolCallForm.Pythonic, ["[func_name1(params_name1=params_value1"]),
        (ToolCallForm.Llama, ["{\"name\": \"", "\"parameters\": ", "tool_calls"]),
    ];

    // Models with <tool_call> whose calls are not JSON.
    private static readonly string[] NoHermesMarkers = ["<function=", "<arg_key>"];

    private static readonly (ReasoningForm Form, string[] Markers)[] ReasoningMarkers =
    [
        (ReasoningForm.Harmony, ["<|channel|>", "<|message|>", "<|start|>"]),
        (ReasoningForm.Gemma, ["<|channel>", "<channel|>"]),
        (ReasoningForm.Command, ["<|START_THINKING|>"]),
        (ReasoningForm.Mistral, ["[THINK]"]),
        (ReasoningForm.Think, ["<think>"]),
        (ReasoningForm.Think, ["</think>"]),
    ];

    /// <summary>Reads the forms off a template.</summary>
    /// <param name="jinja">The template.</param>
    public static AnswerForms Of(string jinja)
    {
        string text = WithoutComments(jinja);
        ToolCallForm toolCalls = ToolCallMarkers.FirstOrDefault(form => form.Markers.All(text.Contains)).Form;
        return new AnswerForms(
            toolCalls == ToolCallForm.Hermes && NoHermesMarkers.Any(text.Contains) ? ToolCallForm.None : toolCalls,
            ReasoningMarkers.FirstOrDefault(form => form.Markers.All(text.Contains)).Form);
    }

    private static string WithoutComments(string jinja)
    {
        for (int start = jinja.IndexOf("{#", StringComparison.Ordinal); start >= 0; start = jinja.IndexOf("{#", start, StringComparison.Ordinal))
        {
            int end = jinja.IndexOf("#}", start + 2, StringComparison.Ordinal);
            jinja = jinja.Remove(start, (end < 0 ? jinja.Length : end + 2) - start);
        }

        return jinja;
    }
}
