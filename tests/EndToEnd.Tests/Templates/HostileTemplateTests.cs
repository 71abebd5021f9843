using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator.Templates;
using ModelGen.Templates;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>
/// Damaged templates: each is refused with a place in it, or becomes C# that compiles and then writes a text or refuses with a sentence.
/// Nothing else is thrown, neither by the compiler nor by what it compiled.
/// </summary>
public sealed class HostileTemplateTests
{
    private const int Count = 600;
    private const int Seed = 1;

    private static readonly string[] Pieces =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "(", ")", "[", "]", "{", "}", ".", ",", "|", "~", "'", "\"", "\\", "=", "==", "if", "else",
        "endif", "for x in", "endfor", "set", "is", "not", "in", "loop.index", "none", "1", "0x", "1e", "é", "🙂", "\ud800", "\n", "\0", "macro m(", "endmacro",
        "| tojson", "| map(", "namespace(", "**", "//", ":", "break", "raw", "endraw",
    ];

    [Fact]
    public void DamagedTemplatesAreRefusedOrWork()
    {
        PublishedTemplates.Require();
        Random random = new(Seed);
        string[] sources = [.. PublishedTemplates.Names.Select(PublishedTemplates.Source)];
        string[] damaged = [.. Enumerable.Range(0, Count).Select(_ => Damage(sources[random.Next(sources.Length)], random))];
        IReadOnlyList<(CompiledTemplate? Template, TemplateProblem? Problem)> compiled = TemplateRun.Compile(damaged);
        int refused = 0;
        for (int i = 0; i < damaged.Length; i++)
        {
            (CompiledTemplate? template, TemplateProblem? problem) = compiled[i];
            if (problem is not null)
            {
                refused++;
                string[] lines = damaged[i].Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r');
                problem.Position.Line.ShouldBeInRange(1, lines.Length, damaged[i]);
                problem.Position.Column.ShouldBeInRange(1, lines[problem.Position.Line - 1].Length + 1, damaged[i]);
                continue;
            }

            try
            {
                template!.Render(Variables(), DateTime.UnixEpoch);
            }
            catch (ChatTemplateException)
            {
                // That is how a template refuses.
            }
        }

        // Both happen.
        refused.ShouldBeInRange(1, Count - 1);
    }

    public static TheoryData<string> Deep =>
    [
        "{{ " + new string('(', 100_000),
        "{{ " + string.Concat(Enumerable.Repeat("[", 5000)) + string.Concat(Enumerable.Repeat("]", 5000)) + " }}",
        "{{ " + string.Join(" + ", Enumerable.Repeat("1", 20_000)) + " }}",
        "{{ x" + string.Concat(Enumerable.Repeat(".a", 20_000)) + " }}",
        "{{ x" + string.Concat(Enumerable.Repeat(" | trim", 20_000)) + " }}",
        "{{ " + string.Concat(Enumerable.Repeat("not ", 20_000)) + "x }}",
        "{{ " + string.Concat(Enumerable.Repeat("-", 20_000)) + "1 }}",
        "{{ " + string.Concat(Enumerable.Repeat("a if b else ", 20_000)) + "c }}",
        string.Concat(Enumerable.Repeat("{% if a %}", 20_000)),
        string.Concat(Enumerable.Repeat("{% for a in b %}", 5_000)),
        "{% set " + new string('(', 20_000) + "a",
        "{{ " + string.Concat(Enumerable.Repeat("a[", 20_000)),

        // Nested in several ways at once, each within its own limit, or just beyond a limit.
        "{{ " + Repeat("(a" + Repeat(" | trim", 90) + " or ", 40) + "x" + Repeat(")", 40) + " }}",
        "{{ " + Repeat("(", 40) + "x" + Repeat(" | trim | trim | trim)", 40) + " }}",
        "{{ x | map(" + Repeat("'map', ", 30) + "'trim') | list }}",
        "{{ " + string.Join(" + ", Enumerable.Repeat("1", 102)) + " }}",
        "{{ " + string.Join(" ~ ", Enumerable.Repeat("1", 1002)) + " }}",
        "{{ " + string.Join(" < ", Enumerable.Repeat("x", 102)) + " }}",
        Repeat("{% macro m() %}", 11) + Repeat("{% endmacro %}", 11),
        Repeat("{% if a %}", 52) + Repeat("{% endif %}", 52),
        new string('x', 65_537),
    ];

    [Theory]
    [MemberData(nameof(Deep))]
    public void NestingWithoutEndIsRefused(string template) => TemplateCompiler.Parse(template).Problem.ShouldNotBeNull();

    /// <summary>Templates at the limits of depth, and beside them.</summary>
    public static TheoryData<string> AsDeepAsCanBe =>
    [
        "{{ " + Repeat("(x or ", 49) + "x" + Repeat(")", 49) + " }}",
        "{{ " + string.Join(" + ", Enumerable.Repeat("1", 99)) + " }}",
        "{{ " + string.Join(" ~ ", Enumerable.Repeat("1", 999)) + " }}",
        "{{ " + string.Join(" < ", Enumerable.Repeat("x | abs", 90)) + " }}",
        "{{ x" + Repeat(" | trim", 98) + " }}",
        "{{ x" + Repeat(".a", 98) + " }}",
        "{{ x" + Repeat(".get('a')", 98) + " }}",
        "{{ " + Repeat("[", 49) + Repeat("]", 49) + " }}",
        "{{ " + Repeat("{'a': ", 49) + "1" + Repeat("}", 49) + " }}",
        "{{ " + Repeat("x.get(", 49) + "1" + Repeat(")", 49) + " }}",
        "{{ " + Repeat("x[", 49) + "1" + Repeat("]", 49) + " }}",
        "{{ " + Repeat("not ", 90) + "x }}",
        "{{ " + Repeat("- ", 90) + "n }}",
        "{{ " + Repeat("x if x else ", 49) + "x }}",
        "{{ x | map(" + Repeat("'map', ", 12) + "'trim') | list }}",
        "{% if x %}" + Repeat("{% elif x %}", 2000) + "{% endif %}",
        Repeat("{% if true %}", 48) + "{{ " + Repeat("(x or ", 49) + "x" + Repeat(")", 49) + " }}" + Repeat("{% endif %}", 48),
        Repeat("{% for a in [1] %}", 48) + "{{ x" + Repeat(" | trim", 98) + " }}" + Repeat("{% endfor %}", 48),
        Repeat("{% for a in [1] %}{{ loop.index }}", 48) + "{{ x | map(" + Repeat("'map', ", 12) + "'trim') | list }}" + Repeat("{% else %}{% endfor %}", 48),
        Repeat("{% macro m(a) %}", 10) + Repeat("{% if true %}", 38) + "{{ x | map(" + Repeat("'map', ", 12) + "'trim') | list }}" + Repeat("{% endif %}", 38) + Repeat("{% endmacro %}", 10),
        Repeat("{% set a %}", 48) + "{{ " + Repeat("{'a': ", 49) + "1" + Repeat("}", 49) + " }}" + Repeat("{% endset %}", 48),
        Repeat("{% with a = 1 %}", 48) + "{{ " + Repeat("x < [", 24) + "1" + Repeat("] < 2", 24) + " }}" + Repeat("{% endwith %}", 48),
        string.Concat(Enumerable.Range(0, 5000).Select(i => FormattableString.Invariant($"{{{{ v{i} }}}}"))),
    ];

    /// <summary>What the parser takes, the C# compiler takes, with a stack of a megabyte as on Windows.</summary>
    [Theory]
    [MemberData(nameof(AsDeepAsCanBe))]
    public void WhatTheParserTakesTheCompilerTakes(string template)
    {
        const int Megabyte = 1 << 20;
        string? error = "the thread has not run";
        Thread thread = new(
            () =>
            {
                ParsedTemplate parsed = TemplateCompiler.Parse(template);
                if (parsed.Syntax is null)
                {
                    error = parsed.Problem!.ToString();
                    return;
                }

                // Equal templates are compared wherever a step of the generator may be left out.
                TemplateCompiler.Parse(template).Syntax.ShouldBe(parsed.Syntax);
                parsed.Syntax.GetHashCode().ShouldNotBe(0);
                CSharpCompilation compilation = InMemoryCompiler.Create("Deep", TemplateCompiler.EmitFile("Deep", "deep", parsed.Syntax));
                compilation = compilation.WithOptions(compilation.Options.WithConcurrentBuild(false));
                error = compilation.Emit(Stream.Null).Diagnostics.FirstOrDefault()?.ToString();
            },
            Megabyte);
        thread.Start();
        thread.Join();
        error.ShouldBeNull();
    }

    [Fact]
    public void AMacroThatNeverEndsIsRefused()
    {
        CompiledTemplate template = TemplateRun.Compile(["{% macro m(x) %}{{ m(x) }}{% endmacro %}{{ m(1) }}"])[0].Template!;
        Should.Throw<ChatTemplateException>(() => template.Render([], DateTime.UnixEpoch)).Message.ShouldContain("too often");
    }

    [Theory]
    [InlineData("{{ 'a' * 1000000000000 }}")]
    [InlineData("{{ [1] * 1000000000000 }}")]
    [InlineData("{{ 10 ** 1000000000000 }}")]
    [InlineData("{{ range(1000000000000) }}")]
    [InlineData("{{ 'a'.center(1000000000000) * 100 }}")]
    [InlineData("{{ '%1000000000000s' % 'a' }}")]
    public void WhatWouldTakeAllMemoryIsRefused(string source)
    {
        CompiledTemplate template = TemplateRun.Compile([source])[0].Template!;
        Should.Throw<ChatTemplateException>(() => template.Render([], DateTime.UnixEpoch));
    }

    private static string Damage(string source, Random random)
    {
        StringBuilder damaged = new(source);
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            int start = random.Next(damaged.Length);
            int length = Math.Min(random.Next(12), damaged.Length - start);
            switch (random.Next(4))
            {
                case 0:
                    damaged.Remove(start, length);
                    break;
                case 1:
                    damaged.Insert(start, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 2:
                    damaged.Remove(start, length).Insert(start, Pieces[random.Next(Pieces.Length)]);
                    break;
                default:
                    damaged.Insert(random.Next(damaged.Length), damaged.ToString(start, length));
                    break;
            }
        }

        return damaged.ToString();
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static JsonObject Variables() => new()
    {
        ["messages"] = new JsonArray(
            new JsonObject { ["role"] = "system", ["content"] = "S" },
            new JsonObject { ["role"] = "user", ["content"] = "U" },
            new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = null,
                ["tool_calls"] = new JsonArray(new ChatToolCall("f", new JsonObject { ["a"] = 1 }, "123456789").ToJson()),
            },
            new JsonObject { ["role"] = "tool", ["content"] = "{}", ["tool_call_id"] = "123456789" }),
        ["tools"] = new JsonArray(new ChatTool("f", "does f", []).ToJson()),
        ["bos_token"] = "<s>",
        ["eos_token"] = "</s>",
        ["add_generation_prompt"] = true,
    };
}
