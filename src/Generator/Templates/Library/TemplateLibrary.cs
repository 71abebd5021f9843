using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Generator.Templates.Library;

/// <summary>What the runtime has for templates: the names that Jinja knows it by, and the methods that emitted code calls.</summary>
internal static class TemplateLibrary
{
    public const string FilterClass = "TemplateFilters";

    public const string TestClass = "TemplateTests";

    private const char Required = '!';

    /// <summary>map(attribute=…), which is a method of its own.</summary>
    public static readonly LibraryMethod MapAttribute = Method(FilterClass, ["", "MapAttribute", "attribute!", "default"]);

    // Jinja's name, the method's name, Jinja's names of the arguments in order; those with ! must be given.
    /// <summary>Names of the filters with methods of their own; map, select, selectattr, reject, rejectattr and format are syntax.</summary>
    public static readonly IReadOnlyDictionary<string, LibraryMethod> Filters = Table(
        FilterClass,
        "abs Absolute",
        "attr Attribute name!",
        "batch Batch linecount! fill_with",
        "capitalize Capitalize",
        "center Center width",
        "count Length",
        "d Default default_value boolean",
        "default Default default_value boolean",
        "dictsort SortDictionary case_sensitive by reverse",
        "e Escape",
        "escape Escape",
        "first First",
        "float Float default",
        "from_json ParseJson",
        "indent Indent width first blank",
        "int Integer default base",
        "items Items",
        "join Join d attribute",
        "last Last",
        "length Length",
        "list List",
        "lower Lower",
        "max Maximum case_sensitive attribute",
        "min Minimum case_sensitive attribute",
        "replace Replace old! new! count",
        "reverse Reverse",
        "round Round precision method",
        "safe Safe",
        "sort Sort reverse case_sensitive attribute",
        "string Text",
        "sum Sum attribute start",
        "title Title",
        "tojson Json ensure_ascii indent separators sort_keys",
        "trim Trim chars",
        "truncate Truncate length killwords end leeway",
        "unique Unique case_sensitive attribute",
        "upper Upper",
        "urlencode UrlEncode",
        "wordcount CountWords");

    /// <summary>Names of the tests.</summary>
    public static readonly IReadOnlyDictionary<string, LibraryMethod> Tests = Table(
        TestClass,
        "boolean IsBoolean",
        "callable IsCallable",
        "defined IsDefined",
        "divisibleby IsDivisibleBy num!",
        "eq IsEqual other!",
        "equalto IsEqual other!",
        "even IsEven",
        "false IsFalse",
        "float IsFloat",
        "ge IsGreaterOrEqual other!",
        "greaterthan IsGreater other!",
        "gt IsGreater other!",
        "in IsIn seq!",
        "integer IsInteger",
        "iterable IsIterable",
        "le IsLessOrEqual other!",
        "lessthan IsLess other!",
        "lower IsLower",
        "lt IsLess other!",
        "mapping IsMapping",
        "ne IsNotEqual other!",
        "none IsNone",
        "number IsNumber",
        "odd IsOdd",
        "sameas IsSameAs other!",
        "sequence IsSequence",
        "string IsText",
        "true IsTrue",
        "undefined IsUndefined",
        "upper IsUpper");

    // select and selectattr take the test's sign too.
    private static readonly Dictionary<string, string> TestSigns = new(StringComparer.Ordinal)
    {
        ["=="] = "eq",
        ["!="] = "ne",
        [">"] = "gt",
        [">="] = "ge",
        ["<"] = "lt",
        ["<="] = "le",
    };

    /// <summary>Methods of texts, lists, dictionaries and loops that a template may call.</summary>
    public static IReadOnlyCollection<string> Methods { get; } = new HashSet<string>(
        ("capitalize center count endswith find format index isalnum isalpha isdigit islower isspace isupper join ljust lower lstrip partition "
        + "removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title upper zfill "
        + "copy get items keys values append clear extend insert pop popitem remove reverse setdefault sort update changed cycle").Split(' '),
        StringComparer.Ordinal);

    /// <summary>Functions that the runtime gives every template.</summary>
    public static IReadOnlyCollection<string> Functions { get; } =
        new HashSet<string>(["dict", "namespace", "raise_exception", "range", "strftime_now"], StringComparer.Ordinal);

    public static LibraryMethod? FindFilter(string name) => Filters.TryGetValue(name, out LibraryMethod method) ? method : null;

    public static LibraryMethod? FindTest(string name) =>
        Tests.TryGetValue(TestSigns.TryGetValue(name, out string? word) ? word : name, out LibraryMethod method) ? method : null;

    private static Dictionary<string, LibraryMethod> Table(string className, params string[] rows) => rows
        .Select(row => row.Split(' '))
        .ToDictionary(words => words[0], words => Method(className, words), StringComparer.Ordinal);

    private static LibraryMethod Method(string className, string[] words) => new(
        className,
        words[1],
        [.. words.Skip(2).Select(word => word.TrimEnd(Required))],
        [.. words.Skip(2).Where(word => word[word.Length - 1] == Required).Select(word => word.TrimEnd(Required))]);
}
