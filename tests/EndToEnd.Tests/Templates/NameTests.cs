using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator.Templates;
using ModelGen.Templates;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>A template may call its variables and macros whatever it likes: keywords of C#, classes of the runtime, variables that emitted code has itself.</summary>
public sealed class NameTests
{
    // What are operators or constants of Jinja.
    private static readonly string[] NamesOfJinja = ["and", "else", "false", "if", "in", "is", "not", "or", "true", "none"];

    [Fact]
    public void AnyNameCanBeAVariableOrAMacro()
    {
        string[] names =
        [
            .. SyntaxFacts.GetKeywordKinds().Concat(SyntaxFacts.GetContextualKeywordKinds()).Select(SyntaxFacts.GetText).Where(name => name.All(char.IsAsciiLetter)),
            .. typeof(TemplateValue).Assembly.GetTypes().Where(type => type.Namespace == typeof(TemplateValue).Namespace).Select(type => type.Name).Where(SyntaxFacts.IsValidIdentifier),
            .. typeof(EmittedVariables).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Where(SyntaxFacts.IsValidIdentifier),
            "System", "ModelGen", "Render", "Name", "Compiled", "Template0", "Console", "String", "output2", "kept3", "template_output", "variable", "_", "__", "é", "名前", "x1", "ſ",
        ];
        names = [.. names.Distinct().Except(NamesOfJinja).Except(["loop"])];
        names.Length.ShouldBeGreaterThan(150);
        IReadOnlyList<(CompiledTemplate? Template, TemplateProblem? Problem)> compiled = TemplateRun.Compile(names.Select(name =>
            """
            {{ N }}{% set N = N + 1 %}{{ N }}{% for N in [2] %}{{ N }}{% set N = N + 1 %}{{ N }}{% endfor %}{% for a, N in [(1, 7)] if 0 < N * 1 < 9 %}{{ N }}{{ loop.last }}{% else %}{{ N }}{% endfor %}
            {%- macro m(N, M=N) %}{{ N }}{{ M }}{% endmacro %}{{ m(5) }}{{ m(N=6) }}{% with N = 8 %}{{ N < 9 < 10 }}{% endwith %}{% set b %}{{ N }}{% endset %}{{ b }}{{ [1] | map('string') | select('in', [N, '1']) | list }}
            {%- macro N(a) %}({{ a }}){% endmacro %}{{ N(a=1) }}{{ N is callable }}
            """.Replace("N", name, StringComparison.Ordinal)));
        for (int i = 0; i < names.Length; i++)
        {
            compiled[i].Problem.ShouldBeNull(names[i]);
            compiled[i].Template!.Render(new JsonObject { [names[i]] = 1 }, DateTime.UnixEpoch)
                .ShouldBe("12237True5566True2['1'](1)True", names[i]);
        }
    }
}
