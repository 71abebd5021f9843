using System.Linq;
using ModelGen.Generator.Templates;
using ModelGen.Generator.Templates.Syntax;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Templates;

/// <summary>What a template has that cannot be compiled is named, with its line and column.</summary>
public sealed class TemplateProblemTests
{
    [Theory]
    [InlineData("a\n{% include 'x' %}", 2, 4, "the tag 'include' is not supported")]
    [InlineData("{{ x | urlize }}", 1, 8, "the filter 'urlize' is not supported")]
    [InlineData("{{ x is escaped }}", 1, 9, "the test 'escaped' is not supported")]
    [InlineData("{{ x.encode() }}", 1, 6, "the method 'encode' is not supported")]
    [InlineData("{{ lipsum(3) }}", 1, 4, "the function 'lipsum' is not supported")]
    [InlineData("{% for a in b %}{{ cycler('a') }}{% endfor %}", 1, 20, "the function 'cycler' is not supported")]
    [InlineData("{{ f(*a) }}", 1, 6, "arguments that a list or a dictionary holds are not supported")]
    [InlineData("{% for a in b recursive %}{% endfor %}", 1, 15, "recursive loops are not supported")]
    [InlineData("{% macro m() %}{{ caller() }}{% endmacro %}", 1, 33, "the variable 'caller' of macros is not supported")]
    [InlineData("{{ x | tojson(spaces=2) }}", 1, 8, "the filter 'tojson' has no argument 'spaces'; it has: ensure_ascii, indent, separators, sort_keys")]
    [InlineData("{{ x | trim(1, 2) }}", 1, 8, "the filter 'trim' takes one argument at most")]
    [InlineData("{{ x | default(1, 2, 3) }}", 1, 8, "the filter 'default' takes 2 arguments at most")]
    [InlineData("{{ x | upper(1) }}", 1, 8, "the filter 'upper' takes no arguments")]
    [InlineData("{{ x | trim('a', chars='b') }}", 1, 8, "the filter 'trim' is given the argument 'chars' twice")]
    [InlineData("{{ x | replace('a') }}", 1, 8, "the filter 'replace' needs the argument 'new'")]
    [InlineData("{{ x is ge }}", 1, 9, "the test 'ge' needs the argument 'other'")]
    [InlineData("{{ x | map(default=1) }}", 1, 8, "the filter 'map' needs the argument 'attribute'")]
    [InlineData("{{ x | map('replace', 'a') }}", 1, 8, "the filter 'replace' needs the argument 'new'")]
    [InlineData("{{ x | map(y) }}", 1, 8, "the filter of 'map' must be a string")]
    [InlineData("{{ x | select('foo') }}", 1, 8, "the test 'foo' is not supported")]
    [InlineData("{{ x | selectattr }}", 1, 8, "'selectattr' and 'rejectattr' take the name of an attribute")]
    [InlineData("{{ 'abc }}", 1, 4, "the string has no end")]
    [InlineData("{{ '\\N{DASH}' }}", 1, 4, "the string has a \\ that escapes no character")]
    [InlineData("{# abc", 1, 1, "the comment has no end")]
    [InlineData("{% raw %}x", 1, 1, "'raw' has no 'endraw'")]
    [InlineData("x {{ y", 1, 3, "the tag has no '}}'")]
    [InlineData("{% if x", 1, 1, "the tag has no '%}'")]
    [InlineData("{{ (x }}", 1, 7, "'}' closes nothing")]
    [InlineData("{{ x) }}", 1, 5, "')' closes nothing")]
    [InlineData("{{ x ? y }}", 1, 6, "the character '?' is not expected here")]
    [InlineData("{{ 1abc }}", 1, 5, "'}}' is expected, not 'abc'")]
    [InlineData("{{ 99999999999999999999 }}", 1, 4, "the number 99999999999999999999 has more than 64 bits")]
    [InlineData("{{ 1e999 }}", 1, 4, "the number 1e999 is larger than a double can be")]
    [InlineData("{{ {1: 2, [3]: 4} }}", 1, 11, "a list or a dictionary cannot be a key")]
    [InlineData("{{ x is odd in y }}", 1, 13, "'in' stands behind a test, which goes in parentheses here")]
    [InlineData("{% macro m(none) %}{% endmacro %}", 1, 12, "'none' cannot be assigned")]
    [InlineData("{% macro loop() %}{% endmacro %}", 1, 10, "'loop' cannot be assigned")]
    [InlineData("{{ }}", 1, 4, "an expression is expected, not '}}'")]
    [InlineData("{{ x y }}", 1, 6, "'}}' is expected, not 'y'")]
    [InlineData("{{ x[1 }}", 1, 8, "'}' closes nothing")]
    [InlineData("{{ x[1, 2] }}", 1, 7, "']' is expected, not ','")]
    [InlineData("{{ f(a=1, 2) }}", 1, 11, "an argument without a name stands behind one with a name")]
    [InlineData("{{ f(a=1, a=2) }}", 1, 11, "the argument 'a' is given twice")]
    [InlineData("{% if x %}\ny", 2, 2, "the template ends where 'elif' or 'else' or 'endif' is expected")]
    [InlineData("{% endif %}", 1, 4, "the tag 'endif' is not supported")]
    [InlineData("{% 5 %}", 1, 4, "the name of a tag is expected, not '5'")]
    [InlineData("{% break %}", 1, 4, "'break' stands outside of a loop's own body")]
    [InlineData("{% for a in b %}{% set c %}{% break %}{% endset %}{% endfor %}", 1, 31, "'break' stands outside of a loop's own body")]
    [InlineData("{% set loop = 1 %}", 1, 8, "'loop' cannot be assigned")]
    [InlineData("{% set 5 = 1 %}", 1, 8, "a name is expected, not '5'")]
    [InlineData("{% for a of b %}{% endfor %}", 1, 10, "'in' is expected, not 'of'")]
    [InlineData("{% for a.b in c %}{% endfor %}", 1, 9, "'in' is expected, not '.'")]
    [InlineData("{% with a.b = 1 %}{% endwith %}", 1, 10, "'=' is expected, not '.'")]
    [InlineData("{% macro m(a, a) %}{% endmacro %}", 1, 16, "the macro has two parameters 'a'")]
    [InlineData("{% macro m(a=1, b) %}{% endmacro %}", 1, 18, "the parameter 'b' without a default stands behind one with a default")]
    public void ProblemsHaveTheirPlace(string template, int line, int column, string message)
    {
        TemplateProblem problem = TemplateCompiler.Parse(template).Problem.ShouldNotBeNull();
        problem.Message.ShouldBe(message);
        problem.Position.ShouldBe(new TemplatePosition(line, column));
    }

    [Fact]
    public void EqualTemplatesHaveEqualSyntax()
    {
        const string Template = "{% for a in b %}{{ a.c[1:2] | default('x') }}{% endfor %}{% macro m(x=1) %}{% set y %}{{ x }}{% endset %}{% endmacro %}";
        TemplateSyntax first = TemplateCompiler.Parse(Template).Syntax.ShouldNotBeNull();
        TemplateCompiler.Parse(Template).Syntax.ShouldBe(first);
        TemplateCompiler.Parse(Template.Replace("'x'", "'z'", System.StringComparison.Ordinal)).Syntax.ShouldNotBe(first);
        first.Inputs.Select(input => input.Name).ShouldBe(["b", "m", "y"]);
    }
}
