using System.Linq;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <content>Expressions, by the type that they most likely have.</content>
internal sealed partial class TemplateGrammar
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private string Expression(int depth) => random.Next(12) switch
    {
        < 4 => Number(depth),
        < 7 => Text(depth),
        < 9 => Condition(depth),
        9 => Sequence(depth),
        10 => Dictionary(depth),
        _ => Any(depth),
    };

    // Something of another type, now and then.
    private bool IsMisfit() => random.Next(40) == 0;

    private string Any(int depth) => random.Next(8) switch
    {
        0 when _macros.Count > 0 => Call(_macros.ElementAt(random.Next(_macros.Count)), depth),
        0 or 1 when _assigned.Count > 0 => _assigned.ElementAt(random.Next(_assigned.Count)),
        2 when _loops > 0 => "loop." + Pick("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "previtem", "nextitem", "cycle('o', 'e')", "changed(n)"),
        2 when _hasNamespace => "ns." + Pick("k", "t", "u"),
        3 when depth > 0 => $"{Wrapped(depth - 1)} if {Condition(depth - 1)} else {Wrapped(depth - 1)}",
        4 when depth > 0 => $"({Expression(depth - 1)} if {Condition(depth - 1)})",
        5 when depth > 0 => $"{Wrapped(depth - 1)} {Pick("and", "or")} {Wrapped(depth - 1)}",
        6 when depth > 0 => $"{Wrapped(depth - 1)} | {Pick("default('d')", "default('d', true)", "d", "string", "list | length", "e", "safe", "tojson", "first", "last", "tojson(indent=1)")}",
        7 => Pick("missing", "none", "None", "(missing.x is defined)", "user.nope", "true", "False", "user['q']", "users[0]", "users[-1].name", "messages[1].content"),
        _ => Expression(depth - 1 < 0 ? 0 : depth - 1),
    };

    private string Wrapped(int depth) => random.Next(2) == 0 ? Expression(depth) : $"({Expression(depth)})";

    private string Number(int depth)
    {
        if (depth <= 0)
        {
            return Pick("n", "x", "big", "0", "1", "2", "7", "-1", "2.5", "0.0", "-0.0", "1e3", "1_000", "0x1F", "2147483648", "-2147483648", "-2147483649", "4294967296",
                "9223372036854775807", "-9223372036854775807", "123456789.125", "1e16", "1e-7", "true", "yes", "numbers[0]", "numbers[-1]", "n", "2", "3");
        }

        if (IsMisfit())
        {
            return Expression(depth - 1);
        }

        string one = NumberOperand(depth - 1);
        string other = NumberOperand(depth - 1);
        return random.Next(14) switch
        {
            0 => $"-{one}",
            1 => $"{Pick("- -", "-", "+", "+ +", "- +", "+-", "-+", "- - -")}{Pick("", " ")}{one}",
            2 => $"{one} - -{other}",
            3 => $"{one} + +{other}",
            4 => $"{one} ** {Pick("2", "0", "3", "-1", "0.5", "-2")}",
            5 => $"-{one} ** 2",
            6 => $"{one} | {Pick("abs", "int", "float", "round", "round(1)", "round(2, 'floor')", "string | length", "int | abs")}",
            7 => $"-{one} | abs",
            8 => $"{SequenceOperand(depth - 1)} | {Pick("length", "count", "sum", "max", "min")}",
            9 => $"({one}) {Pick("+", "-", "*", "/", "//", "%")} ({other})",
            _ => $"{one} {Pick("+", "-", "*", "/", "//", "%", "+", "-")} {other}",
        };
    }

    private string NumberOperand(int depth) => random.Next(3) == 0 ? $"({Number(depth)})" : random.Next(12) == 0 ? Any(depth) : Number(depth);

    private string Text(int depth)
    {
        if (depth <= 0)
        {
            return Pick("name", "line", "empty", "text", "multi", "'a'", "\"b\"", "'it''s'", "'x<y>&'", @"'\n\t\\\''", @"""\""{}\u2028\x00""", "'é🙂'", "'%'", "'{'", "'//'", "'/* */'", "'#if'",
                "words[1]", "users[0].name", "name[0]", "'-5'", "'42'", "'1.5'", @"'\u200b'", "'AbC dEf'", "'}}'", "'%}'");
        }

        if (IsMisfit())
        {
            return Expression(depth - 1);
        }

        string one = TextOperand(depth - 1);
        string other = TextOperand(depth - 1);
        return random.Next(13) switch
        {
            0 => $"{one} + {other}",
            1 => $"{one} ~ {Wrapped(depth - 1)} ~ {other}",
            2 => $"{one} * {Pick("2", "0", "-1", "n")}",
            3 => $"{Pick("2", "n")} * {one}",
            4 => $"({one})[{Slice(depth - 1)}]",
            5 => $"({one}){Pick(".upper()", ".strip()", ".lower()", ".title()", ".replace('a', 'o')", ".split()[0]", ".strip('a')", ".rstrip('\\n')", ".zfill(6)", ".center(7, '*')", ".capitalize()", ".swapcase()", ".rjust(5)", ".removeprefix('A')", ".partition('a')[2]", ".rsplit('a', 1)[-1]", ".lstrip()", ".ljust(4, '.')", ".removesuffix('a')", ".format(1)")}",
            6 => $"{one} | {Pick("upper", "lower", "trim", "title", "capitalize", "reverse", "replace('a', 'b')", "replace('', '-', 2)", "indent", "indent(2, true)", "truncate(7)", "truncate(5, true)", "center(9)", "urlencode", "e", "string", "tojson", "join('-')", "trim('a')", "first", "last", "list | join")}",
            7 => $"{SequenceOperand(depth - 1)} | join({Pick("", "', '", one)})",
            8 => $"'%s|%5s' | format({one}, {Wrapped(depth - 1)})",
            9 => $"'%s' % {one}",
            10 => $"'{{}}-{{}}'.format({Wrapped(depth - 1)}, {one})",
            11 => $"{Wrapped(depth - 1)} | {Pick("string", "tojson")}",
            _ => $"{one} ~ {Expression(depth - 1)}",
        };
    }

    private string TextOperand(int depth) => depth <= 0 ? Text(0) : random.Next(3) == 0 ? $"({Text(depth)})" : random.Next(15) == 0 ? Any(depth) : Text(depth);

    private string Slice(int depth) => Pick("1", "0", "-1", "1:", ":-1", "::-1", "1:3", "::2", ":", "-3:", "5:1:-2", "none:2", $"{Index(depth)}:", $"n % 3:{Index(depth)}", ":0");

    private string Index(int depth) => Pick("n", "n % 3", "numbers[0]", "-n", $"{SequenceOperand(depth)} | length", "2 - 1", "yes", "missing");

    private string Condition() => Condition(2);

    private string Condition(int depth)
    {
        if (depth <= 0)
        {
            return Pick("yes", "no", "true", "false", "n == 7", "name", "empty", "missing", "not yes", "n > 3", "numbers", "(nothing is none)", "'a' in words", "(_ is defined)");
        }

        if (IsMisfit())
        {
            return Expression(depth - 1);
        }

        string one = ConditionOperand(depth - 1);
        string other = ConditionOperand(depth - 1);
        return random.Next(14) switch
        {
            0 => $"not {one}",
            1 => $"{Pick("not not", "not", "not not not")} {one}",
            2 or 3 => $"{one} {Pick("and", "or")} {other}",
            4 => $"{NumberOperand(depth - 1)} {Pick(Comparisons)} {NumberOperand(depth - 1)}",
            5 => $"{NumberOperand(depth - 1)} {Pick(Comparisons)} {NumberOperand(depth - 1)} {Pick(Comparisons)} {NumberOperand(depth - 1)}",
            6 => $"({NumberOperand(depth - 1)} < {NumberOperand(depth - 1)}) > ({one})",
            7 => $"{Wrapped(depth - 1)} {Pick("==", "!=")} {Wrapped(depth - 1)}",
            8 => $"{TextOperand(depth - 1)} {Pick("in", "not in")} {TextOperand(depth - 1)}",
            9 => $"{Wrapped(depth - 1)} {Pick("in", "not in")} {SequenceOperand(depth - 1)}",
            10 => $"({Wrapped(depth - 1)} is {Pick("", "not ")}{Pick("defined", "none", "string", "number", "mapping", "iterable", "sequence", "true", "boolean", "integer", "float", "undefined", "callable", "false", "sameas none")})",
            11 => $"({NumberOperand(depth - 1)} is {Pick("", "not ")}{Pick("odd", "even", "divisibleby 3", "divisibleby(2)", "eq 7", "gt(2)", "lt 3", "in numbers", "ne 1", "ge 2", "le(3)")})",
            12 => $"({TextOperand(depth - 1)} is {Pick("lower", "upper", "in 'abc'", "eq 'a'", "lt 'b'")})",
            _ => $"({TextOperand(depth - 1)}){Pick(".startswith('a')", ".endswith('')", ".isdigit()", ".isalpha()", ".count('a')", ".find('a')", ".isspace()", ".isupper()")}",
        };
    }

    private string ConditionOperand(int depth) => random.Next(3) == 0 ? $"({Condition(depth)})" : Condition(depth);

    private string Sequence(int depth)
    {
        if (depth <= 0)
        {
            return Pick("numbers", "words", "[]", "()", "(1,)", "[1, 'a', none]", "users", "nested", "user.tags", "[[]]", "(1, 2.0, true)", "[{}]", "['b', 'A', 'c']");
        }

        if (IsMisfit())
        {
            return Expression(depth - 1);
        }

        string one = Expression(depth - 1);
        string other = Expression(depth - 1);
        return random.Next(14) switch
        {
            0 => $"[{one}, {other}]",
            1 => $"({one}, {other})",
            2 => $"[{NumberOperand(depth - 1)} < {NumberOperand(depth - 1)}, {NumberOperand(depth - 1)} > ({Condition(depth - 1)})]",
            3 => $"[{one}] + [{other}]",
            4 => $"({SequenceOperand(depth - 1)})[{Slice(depth - 1)}]",
            5 => $"range({Pick("4", "n", "1, 5", "5, 0, -2", "0")}) | list",
            6 => $"numbers | {Pick("sort", "sort(reverse=true)", "reverse | list", "select('odd') | list", "reject('gt', 1) | list", "map('string') | list", "batch(2) | list", "unique | list")}",
            7 => $"words | {Pick("sort", "sort(case_sensitive=true)", "map('upper') | list", "select('lower') | list", "unique | list", "map('replace', 'a', name) | list", "reject('in', 'ab') | list")}",
            8 => $"users | {Pick("map(attribute='name') | list", "selectattr('role', 'eq', 'user') | list", "rejectattr('age', 'lt', 6) | list", "sort(attribute='age') | map(attribute='name') | list", "map(attribute='nope', default='?') | list")}",
            9 => $"({TextOperand(depth - 1)}){Pick(".split()", ".split('a')", ".splitlines()", ".rsplit(none, 1)", ".partition('a')", " | list")}",
            10 => $"{Pick("user", Dictionary(depth - 1))} | {Pick("list", "dictsort", "items | list")}",
            11 => $"[{one}] * {Pick("2", "0", "-1")}",
            12 => $"{SequenceOperand(depth - 1)} | {Pick("reverse | list", "list", "map('string') | list", "select | list", "reject('none') | list", "map('tojson') | list", "batch(2, 'z') | list", "map('default', 'x') | list")}",
            _ => $"[{one},{other}, {Expression(depth - 1)}]",
        };
    }

    private string SequenceOperand(int depth) => random.Next(3) == 0 ? $"({Sequence(depth)})" : depth > 0 && random.Next(15) == 0 ? Any(depth) : Sequence(depth);

    private string Dictionary(int depth)
    {
        if (depth <= 0)
        {
            return Pick("user", "{}", "{'a': 1}", "{1: 'x', 'k': none}", "users[0]", "dict(a=1)", "messages[0]");
        }

        return random.Next(4) switch
        {
            0 => $"{{'a': {Expression(depth - 1)}, {Pick("'b'", "1", "name", "(1, 2)", "none", "2.5")}: {Expression(depth - 1)}}}",
            1 => $"{{{(random.Next(2) == 0 ? NumberOperand(depth - 1) : TextOperand(depth - 1))}: {Expression(depth - 1)}}}",
            2 => $"dict({Pick("", "user, ")}k={Expression(depth - 1)})",
            _ => $"{{'x': {NumberOperand(depth - 1)} < {NumberOperand(depth - 1)}, 'y': {NumberOperand(depth - 1)} > ({Condition(depth - 1)})}}",
        };
    }

    private string Call(string name, int depth) => depth <= 0 ? $"{name}()" : random.Next(5) switch
    {
        0 => $"{name}()",
        1 => $"{name}({Expression(depth - 1)})",
        2 => $"{name}({Expression(depth - 1)}, {Expression(depth - 1)})",
        3 => $"{name}({NumberOperand(depth - 1)} < {NumberOperand(depth - 1)}, {NumberOperand(depth - 1)} > ({Condition(depth - 1)}))",
        _ => $"{name}({Target()}={Expression(depth - 1)})",
    };
}
