using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Tests.Shared;

namespace ModelGen.Fuzz.Tests.Seeds;

/// <summary>
/// Chat templates: the sample's, short ones that do what published ones do, and the published ones themselves where they lie beside the
/// repository; and fragments that mean something in Jinja.
/// </summary>
internal static class SeedTemplates
{
    private const string ChatMl = """
        {%- if tools %}{{- '<|im_start|>system\n# Tools\n' }}{%- for tool in tools %}{{- "\n" }}{{- tool | tojson }}{%- endfor %}{{- '<|im_end|>\n' }}{%- endif %}
        {%- for message in messages %}
            {%- if message.role == 'user' or (message.role == 'system' and not loop.first) %}
                {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
            {%- elif message.role == 'assistant' %}
                {{- '<|im_start|>' + message.role }}
                {%- if message.content %}{{- '\n' + message.content }}{%- endif %}
                {%- for tool_call in message.tool_calls %}
                    {%- if tool_call.function is defined %}{%- set tool_call = tool_call.function %}{%- endif %}
                    {{- '\n<tool_call>\n{"name": "' + tool_call.name + '", "arguments": ' }}{{- tool_call.arguments | tojson }}{{- '}\n</tool_call>' }}
                {%- endfor %}
                {{- '<|im_end|>\n' }}
            {%- elif message.role == 'tool' %}
                {%- if loop.index0 == 0 or messages[loop.index0 - 1].role != 'tool' %}{{- '<|im_start|>user' }}{%- endif %}
                {{- '\n<tool_response>\n' ~ message.content ~ '\n</tool_response>' }}
                {%- if loop.last or messages[loop.index0 + 1].role != 'tool' %}{{- '<|im_end|>\n' }}{%- endif %}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}
        """;

    private const string Alternating = """
        {{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}
        {%- for message in messages %}
            {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/...') }}{% endif %}
            {%- set role = 'model' if message['role'] == 'assistant' else message['role'] %}
            {{- '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}
        """;

    private const string Library = """
        {%- set ns = namespace(last='', count=0) %}
        {%- macro show(text, width=4) %}{{ text | string | upper | replace('A', 'b') | center(width) }}{% endmacro %}
        {%- for message in messages | selectattr('role', 'ne', 'system') | list %}
            {%- set ns.count = ns.count + 1 %}
            {%- set parts = (message.content | default('', true) | string).split('</think>') %}
            {{- show(parts[-1].strip('\n')[:20], 8) ~ '|' ~ parts | length ~ '|' ~ (message | dictsort | first) }}
            {%- if message.content is mapping or message.content is iterable and message.content is not string %}{{- message.content | join(', ') }}{% endif %}
            {%- for key, value in (message.items() if message is mapping else []) %}{{- key ~ '=' ~ value | tojson(indent=2) }}{% endfor %}
            {%- if loop.changed(message.role) %}{{- loop.cycle('x', 'y') }}{% endif %}
        {%- else %}{{- 'nothing' }}{% endfor %}
        {{- '%s of %d' % (ns.last, ns.count) }}{{ strftime_now('%d %B %Y') }}{{ range(3) | list }}{{ [1, 2.5, none, true] | map('string') | join }}
        {#- a comment -#}{% raw %}{{ raw }}{% endraw %}
        """;

    /// <summary>Jinja, by name.</summary>
    public static IReadOnlyList<(string Name, string Text)> All { get; } =
    [
        ("chatml", ChatMl),
        ("alternating", Alternating),
        ("library", Library),
        ("stories", File.ReadAllText(Path.Combine(RepositoryFiles.Root, "samples", "Chat", "stories.jinja"))),
        .. Published().Select(path => (Path.GetFileNameWithoutExtension(path), File.ReadAllText(path))),
    ];

    /// <summary>What means something in Jinja.</summary>
    public static IReadOnlyList<string> Fragments { get; } =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "(", ")", "[", "]", "{", "}", ".", ",", "|", "~", "'", "\"", "\\", "=", "==", "!=", "<", ">", "*", "**", "/", "//", "%",
        ":", " if ", " else ", "{% if x %}", "{% elif y %}", "{% else %}", "{% endif %}", "{% for x in messages %}", "{% endfor %}", "{% set x = 1 %}", "{% endset %}",
        "{% macro m(a, b=1) %}", "{% endmacro %}", "{% call m() %}", "{% endcall %}", "{% filter upper %}", "{% endfilter %}", "{% with a = 1 %}", "{% endwith %}",
        "{% raw %}", "{% endraw %}", "{% break %}", "{% continue %}", "{% generation %}", "{% endgeneration %}", "{% include 'x' %}", " is not ", " not in ", " and ", " or ",
        "loop.index", "loop.previtem", "loop(", "none", "true", "1", "0x", "1e", "1_000", "é", "🙂", "\ud800", "\n", "\0", "\\u", "\\x4", " | tojson", " | map(", " | join", " | length",
        " | dictsort", " | batch(2)", " | groupby('role')", " | int", " | float", " | round(2)", "namespace(", "range(", "dict(", "joiner(", "cycler(", "lipsum(", "messages", "content",
        ".split(", ".items()", ".format(", "[::-1]", "[1:2]", "* 3", "raise_exception('x')", "strftime_now('%d')", "x.y.z", "class", "System.Environment", "global::",
    ];

    private static IEnumerable<string> Published()
    {
        string folder = Path.Combine(RepositoryFiles.SharedData, "chat-templates");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.jinja").Order(System.StringComparer.Ordinal) : [];
    }
}
