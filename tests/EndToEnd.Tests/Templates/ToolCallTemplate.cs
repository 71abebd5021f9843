using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using ModelGen.Answers;
using ModelGen.Templates;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>A template that writes calls, and where in what it writes the assistant's answer stands.</summary>
/// <param name="Name">Name of a published template, or of one of <see cref="Own"/>.</param>
/// <param name="Form">How it writes calls.</param>
/// <param name="Start">What stands in front of the answer.</param>
/// <param name="End">What stands behind it.</param>
/// <param name="WritesText">Whether it writes text beside calls.</param>
internal sealed record ToolCallTemplate(string Name, ToolCallForm Form, string Start, string End, bool WritesText = false)
{
    private const string EndOfSequence = "<EOS>";

    /// <summary>Templates of forms that no published template at hand has: each writes what its models do, and no more than a test needs.</summary>
    public static IReadOnlyDictionary<string, string> Own { get; } = new Dictionary<string, string>
    {
        ["hermes-thinking"] = Turns(
            "{% if m.reasoning_content %}<think>\n{{ m.reasoning_content }}\n</think>\n\n{% endif %}{{ m.content }}"
            + "{% for c in m.tool_calls %}{{ '\n' }}<tool_call>\n{\"name\": \"{{ c.function.name }}\", \"arguments\": {{ c.function.arguments | tojson }}}\n</tool_call>{% endfor %}"),
        ["pythonic"] = "{{ '[func_name1(params_name1=params_value1, params_name2=params_value2...)]' if tools }}"
            + Turns("{% if m.tool_calls %}[" + Python() + "]{% else %}{{ m.content }}{% endif %}"),
        ["mistral-arguments"] = Turns(
            "{{ '[THINK]' + m.reasoning_content + '[/THINK]' if m.reasoning_content }}{{ m.content }}"
            + "{% for c in m.tool_calls %}[TOOL_CALLS]{{ c.function.name }}[ARGS]{{ c.function.arguments | tojson }}{% endfor %}"),
        ["deepseek-inline"] = Turns(
            "{{ m.content }}{% if m.tool_calls %}<｜tool▁calls▁begin｜>{% for c in m.tool_calls %}<｜tool▁call▁begin｜>{{ c.function.name + '<｜tool▁sep｜>' + c.function.arguments }}"
            + "<｜tool▁call▁end｜>{% endfor %}<｜tool▁calls▁end｜>{% endif %}"),
        ["harmony"] = Turns(
            "{% if m.thinking %}<|channel|>analysis<|message|>{{ m.thinking }}<|end|><|start|>assistant{% endif %}"
            + "{% if m.tool_calls %} to=functions.{{ m.tool_calls[0].function.name }}<|channel|>commentary json<|message|>{{ m.tool_calls[0].function.arguments | tojson }}"
            + "{% else %}<|channel|>final<|message|>{{ m.content }}{% endif %}"),
        ["granite"] = Turns("{{ m.content }}{% if m.tool_calls %}<|tool_call|>[" + Json("name", "arguments") + "]{% endif %}"),
        ["phi"] = Turns("{{ m.content }}{% if m.tool_calls %}<|tool_call|>[" + Json("name", "arguments") + "]<|/tool_call|>{% endif %}"),
        ["command"] = Turns(
            "{% if m.tool_calls %}{% if m.reasoning_content %}<|START_THINKING|>{{ m.reasoning_content }}<|END_THINKING|>{% endif %}<|START_ACTION|>[\n"
            + "{% for c in m.tool_calls %}    {\"tool_call_id\": \"{{ loop.index0 }}\", \"tool_name\": \"{{ c.function.name }}\", \"parameters\": {{ c.function.arguments | tojson }}}"
            + "{{ ',' if not loop.last }}\n{% endfor %}]<|END_ACTION|>{% else %}<|START_RESPONSE|>{{ m.content }}<|END_RESPONSE|>{% endif %}"),
        ["kimi"] = Turns(
            "{{ m.content }}{% if m.tool_calls %}<|tool_calls_section_begin|>{% for c in m.tool_calls %}<|tool_call_begin|>functions.{{ c.function.name }}:{{ loop.index0 }}"
            + "<|tool_call_argument_begin|>{{ c.function.arguments | tojson }}<|tool_call_end|>{% endfor %}<|tool_calls_section_end|>{% endif %}"),
        ["lfm"] = Turns("{{ m.content }}{% if m.tool_calls %}<|tool_call_start|>[" + Python() + "]<|tool_call_end|>{% endif %}"),
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ToolCallTemplate> All { get; } =
    [
        new("Qwen-Qwen2.5-7B-Instruct", ToolCallForm.Hermes, "<|im_start|>assistant", "<|im_end|>", WritesText: true),
        new("Qwen-Qwen3-0.6B", ToolCallForm.Hermes, "<|im_start|>assistant\n", "<|im_end|>", WritesText: true),
        new("meta-llama-Llama-3.1-8B-Instruct", ToolCallForm.Llama, "<|start_header_id|>assistant<|end_header_id|>\n\n", "<|eot_id|>"),
        new("mistralai-Mistral-Nemo-Instruct-2407", ToolCallForm.Mistral, "[/INST]", EndOfSequence),
        new("deepseek-ai-DeepSeek-R1-Distill-Qwen-32B", ToolCallForm.DeepSeek, "<｜Assistant｜>", "<｜end▁of▁sentence｜>"),
        .. Own.Keys.Select(name => new ToolCallTemplate(name, FormOf(name), "<a>", "</a>", WritesText: name is not ("pythonic" or "harmony" or "command"))),
    ];

    private static readonly Lazy<Dictionary<string, CompiledTemplate>> Compiled = new(() => Own.Keys
        .Zip(TemplateRun.Compile(Own.Values))
        .ToDictionary(pair => pair.First, pair => pair.Second.Template ?? throw new InvalidOperationException($"{pair.First}: {pair.Second.Problem}")));

    /// <summary>The template, compiled.</summary>
    public CompiledTemplate Template => Own.ContainsKey(Name) ? Compiled.Value[Name] : PublishedTemplates.Find(Name);

    /// <summary>How a model that reads it answers.</summary>
    public AnswerSyntax Syntax => AnswerSyntax.Of(Template.ToolCalls, Template.Reasoning);

    /// <summary>The answer that a model gives, as the template writes it into the conversation.</summary>
    /// <param name="content">Its text; null for none.</param>
    /// <param name="calls">Its calls.</param>
    /// <param name="reasoning">What the model thinks; null for nothing.</param>
    public string Answer(string? content, IReadOnlyList<ChatToolCall> calls, string? reasoning = null)
    {
        // DeepSeek's template writes a second answer where there is a content, be it empty; others ask for one.
        JsonObject message = new() { ["role"] = "assistant", ["content"] = content ?? (Form == ToolCallForm.DeepSeek ? null : "") };
        if (calls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. calls.Select(Write)]);
        }

        if (reasoning is not null)
        {
            message["reasoning_content"] = reasoning;
            message["thinking"] = reasoning;
        }

        string text = Template.Render(
            new JsonObject
            {
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "?" }, message),
                ["tools"] = null,
                ["add_generation_prompt"] = false,
                ["bos_token"] = "<BOS>",
                ["eos_token"] = EndOfSequence,
            },
            new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Unspecified));
        int start = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        return text[start..text.IndexOf(End, start, StringComparison.Ordinal)];
    }

    private JsonObject Write(ChatToolCall call)
    {
        JsonObject json = call.ToJson();
        if (Syntax.Calls!.HasArgumentsAsText)
        {
            json["function"]!["arguments"] = call.Arguments.ToJsonString();
        }

        return json;
    }

    private static ToolCallForm FormOf(string name) => name switch
    {
        "hermes-thinking" => ToolCallForm.Hermes,
        "mistral-arguments" => ToolCallForm.MistralArguments,
        "deepseek-inline" => ToolCallForm.DeepSeekInline,
        _ => Enum.Parse<ToolCallForm>(name, ignoreCase: true),
    };

    private static string Turns(string assistant) =>
        "{{- bos_token }}{% for m in messages %}{% if m.role == 'assistant' %}<a>" + assistant + "</a>{% else %}<u>{{ m.content }}</u>{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}<a>{% endif %}";

    private static string Json(string name, string arguments) =>
        "{% for c in m.tool_calls %}{\"" + name + "\": \"{{ c.function.name }}\", \"" + arguments + "\": {{ c.function.arguments | tojson }}}"
        + "{{ ', ' if not loop.last }}{% endfor %}";

    private static string Python() =>
        "{% for c in m.tool_calls %}{{ c.function.name }}({% for k, v in c.function.arguments.items() %}{{ k }}="
        + "{{ v if v is boolean else v | tojson }}{{ ', ' if not loop.last }}{% endfor %}){{ ', ' if not loop.last }}{% endfor %}";
}
