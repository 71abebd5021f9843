using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>
/// Writes random templates of everything that is compiled: statements here, expressions in the other part. Most operands are of types that
/// suit each other, some are not: a template that fails must fail in Jinja2 too.
/// </summary>
internal sealed partial class TemplateGrammar(Random random)
{
    private const int MaxStatementDepth = 3;

    // Keywords of C# and names that emitted code has itself, beside plain ones.
    private static readonly string[] Targets =
    [
        "a", "b", "c", "v", "class", "int", "string", "var", "await", "yield", "async", "from", "nameof", "_", "é", "名", "context", "output", "output2",
        "arguments", "each", "parts", "parts2", "isEmpty", "template_output", "variable", "TemplateValue", "TemplateFilters", "TemplateLoop", "System", "Render", "ModelGen",
        "n", "numbers", "name",
    ];

    // Variables of scopes around that may hold anything.
    private readonly Stack<string> _assigned = new();
    private readonly Stack<string> _macros = new();
    private int _loops;
    private bool _isInMacro;

    /// <summary>A template.</summary>
    public static string Next(Random random)
    {
        TemplateGrammar grammar = new(random);
        string namespaces = random.Next(3) == 0 ? "{% set ns = namespace(k=0, t='') %}" : "";
        grammar._hasNamespace = namespaces.Length > 0;
        return namespaces + grammar.Statements(random.Next(1, 4), 0);
    }

    private bool _hasNamespace;

    private string Statements(int count, int depth) => string.Concat(Enumerable.Range(0, count).Select(_ => Statement(depth)));

    private string Body(int depth)
    {
        int assigned = _assigned.Count;
        int macros = _macros.Count;
        string body = Statements(random.Next(1, 3), depth + 1);
        while (_assigned.Count > assigned)
        {
            _assigned.Pop();
        }

        while (_macros.Count > macros)
        {
            _macros.Pop();
        }

        return body;
    }

    private string Statement(int depth)
    {
        if (depth >= MaxStatementDepth)
        {
            return Output();
        }

        switch (random.Next(_loops > 0 ? 22 : 20))
        {
            case < 6:
                return Output();
            case < 8:
                return Pick("x", " y\n", "\n", "{}", "{# c #}", "'", "\"\\", "é🙂");
            case < 10:
                return If(depth);
            case < 14:
                return For(depth);
            case < 16:
                return Set(depth);
            case 16:
                return Macro(depth);
            case 17:
                return With(depth);
            case 18:
                return $"{{% filter {Pick("upper", "trim", "replace('a', 'b') | title", "length", "indent(2)", "e")} %}}{OutsideOfLoops(depth)}{{% endfilter %}}";
            case 19:
                return _hasNamespace
                    ? $"{{% set ns.{Pick("k", "t", "u")} = {Pick("ns.k + 1", Expression(2), Expression(2))} %}}"
                    : $"{{% generation %}}{Body(depth)}{{% endgeneration %}}";
            default:
                return random.Next(3) == 0
                    ? "{% break %}"
                    : $"{{% if {Condition()} %}}{(random.Next(4) == 0 ? Output() : "")}{Pick("{% break %}", "{% continue %}")}{(random.Next(3) == 0 ? Output() : "")}{{% endif %}}";
        }
    }

    private string Output() => random.Next(8) switch
    {
        0 => $"{{{{ {Expression(2)} }}}}{{{{ {Expression(1)} }}}}",
        1 => $"{{{{- {Expression(3)} -}}}}",
        _ => $"{{{{ {Expression(4)} }}}},",
    };

    private string If(int depth)
    {
        string text = $"{{% if {Condition()} %}}{Body(depth)}";
        for (int count = random.Next(3); count > 1; count--)
        {
            text += $"{{% elif {Condition()} %}}{Body(depth)}";
        }

        return text + (random.Next(2) == 0 ? $"{{% else %}}{Body(depth)}" : "") + "{% endif %}";
    }

    private string For(int depth)
    {
        (string target, string items) = random.Next(6) switch
        {
            0 => (Target() + ", " + Target(), Pick("user.items()", "[(1, 2), ('x', 'y')]", "nested", "{'k': 1} | items", "{'k': 1, 'j': 2} | dictsort", "[]")),
            1 => (Target() + ", (" + Target() + ", " + Target() + ")", "[(1, (2, 3)), (4, [5, 6])]"),
            2 => (Target(), Sequence(2)),
            _ => (Target(), Pick("numbers", "words", "range(4)", "'añ🙂'", "user", "[]", "missing", "messages", "[1, 2, 3, 4]", "(none, 0, 'x')")),
        };
        string[] targets = target.Split([',', ' ', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        int assigned = _assigned.Count;
        Array.ForEach(targets, _assigned.Push);
        string condition = random.Next(3) == 0 ? " if " + Pick(Condition(), $"{targets[0]} != 1", targets[0], $"({Condition()} or {Condition()})") : "";
        _loops++;
        string body = Body(depth);
        if (random.Next(4) == 0)
        {
            body += Pick("{% break %}", "{% continue %}", $"{{% if {targets[0]} {Pick("==", "!=", "<", ">=")} {Pick("2", "1", "'b'", "numbers[1]")} %}}{Pick("{% break %}", "{% continue %}")}{{% endif %}}{Output()}");
        }

        _loops--;
        while (_assigned.Count > assigned)
        {
            _assigned.Pop();
        }

        string otherwise = random.Next(2) == 0 ? "{% else %}" + Body(depth) : "";
        return $"{{% for {target} in {items}{condition} %}}{body}{otherwise}{{% endfor %}}";
    }

    private string Set(int depth)
    {
        string text;
        string target = Target();
        switch (random.Next(6))
        {
            case 0:
                text = $"{{% set {target} %}}{OutsideOfLoops(depth)}{{% endset %}}";
                break;
            case 1:
                text = $"{{% set {target} | {Pick("upper", "trim | length", "replace('1', '2')")} %}}{OutsideOfLoops(depth)}{{% endset %}}";
                break;
            case 2:
                string second = Target();
                text = $"{{% set {target}, {second} = {Pick($"{Expression(2)}, {Expression(2)}", "[1, 2]", "'ab'", Expression(2))} %}}";
                _assigned.Push(second);
                break;
            case 3 when _assigned.Count > 0:
                text = $"{{% set {target} = {_assigned.ElementAt(random.Next(_assigned.Count))} %}}";
                break;
            default:
                text = $"{{% set {target} = {Expression(3)} %}}";
                break;
        }

        _assigned.Push(target);
        return text;
    }

    private string Macro(int depth)
    {
        string name = Pick("m", "f", "g", "class", "output", "TemplateTests");
        string first = Target();
        string second = Target();
        string parameters = first == second ? Pick("", first, $"{first}={Expression(1)}") : random.Next(5) switch
        {
            0 => first,
            1 => $"{first}, {second}={Expression(2)}",
            2 => $"{first}={second}, {second}={Expression(1)}",
            3 => $"{first}={Expression(2)}, {second}={first}",
            _ => $"{first}, {second}",
        };
        int assigned = _assigned.Count;
        Array.ForEach(parameters.Length == 0 ? [] : new[] { first }, _assigned.Push);
        bool outer = _isInMacro;
        _isInMacro = true;
        string body = OutsideOfLoops(depth);
        _isInMacro = outer;
        while (_assigned.Count > assigned)
        {
            _assigned.Pop();
        }

        _macros.Push(name);
        return $"{{% macro {name}({parameters}) %}}{body}{{% endmacro %}}" + (random.Next(2) == 0 ? $"{{{{ {Call(name, 2)} }}}}" : "");
    }

    private string With(int depth)
    {
        string target = Target();
        string head = Pick($"{target} = {Expression(2)}", $"{target} = {Expression(2)}", $"{target}, second = (1, 2)", "", $"{target} = {Expression(1)}, other = {target}");
        int assigned = _assigned.Count;
        _assigned.Push(target);
        string body = Body(depth);
        while (_assigned.Count > assigned)
        {
            _assigned.Pop();
        }

        return $"{{% with {head} %}}{body}{{% endwith %}}";
    }

    // A loop's break cannot stand in what is a function or a text of its own.
    private string OutsideOfLoops(int depth)
    {
        int loops = _loops;
        _loops = 0;
        string body = Body(depth);
        _loops = loops;
        return body;
    }

    private string Target() => Pick(Targets);

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
