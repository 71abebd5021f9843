using System;
using System.Linq;
using System.Numerics;

namespace ModelGen.Templates;

/// <summary>The functions that every template can call.</summary>
internal static class TemplateFunctions
{
    /// <summary>Most numbers of a range, as in Jinja's sandbox.</summary>
    public const int MaxRange = 100_000;

    /// <summary>A function by its name, or undefined.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="now">What strftime_now takes for now.</param>
    public static TemplateValue Find(string name, DateTime now) => name switch
    {
        "dict" => TemplateValue.Function(name, Dictionary),
        "namespace" => TemplateValue.Function(name, Namespace),
        "raise_exception" => TemplateValue.Function(name, arguments => throw new ChatTemplateException(arguments.Find(0, "message").ToString())),
        "range" => TemplateValue.Function(name, Range),
        "strftime_now" => TemplateValue.Function(name, arguments => TimeFormat.Write(arguments.Find(0, "format").ToString(), now)),
        _ => TemplateValue.UndefinedOf($"'{name}' is undefined"),
    };

    private static TemplateValue Dictionary(TemplateArguments arguments)
    {
        Expect(arguments, 0, 1);
        TemplateDictionary dictionary = new();
        if (arguments.Has(0))
        {
            foreach ((TemplateValue key, TemplateValue value) in Entries(arguments[0]))
            {
                dictionary.Set(key, value);
            }
        }

        foreach ((string key, TemplateValue value) in arguments.Named)
        {
            dictionary.Set(key, value);
        }

        return TemplateValue.Of(dictionary);
    }

    private static TemplateValue Namespace(TemplateArguments arguments)
    {
        TemplateNamespace variables = new();
        foreach ((TemplateValue key, TemplateValue value) in Dictionary(arguments).AsDictionary!.Entries)
        {
            variables[key.ToString()] = value;
        }

        return TemplateValue.Of(variables);
    }

    private static void Expect(TemplateArguments arguments, int fewest, int most)
    {
        if (arguments.Count < fewest || arguments.Count > most)
        {
            throw new ChatTemplateException($"a function that takes {fewest} to {most} argument(s) is called with {arguments.Count}");
        }
    }

    private static (TemplateValue Key, TemplateValue Value)[] Entries(TemplateValue value) => value.AsDictionary is TemplateDictionary dictionary
        ? [.. dictionary.Entries.Select(entry => (entry.Key, entry.Value))]
        : [.. value.Items().Select(item => item.Unpack(2)).Select(pair => (pair[0], pair[1]))];

    private static TemplateValue Range(TemplateArguments arguments)
    {
        Expect(arguments, 1, 3);
        BigInteger start = arguments.Has(1) ? arguments[0].ToInteger() : 0;
        BigInteger stop = arguments[arguments.Has(1) ? 1 : 0].ToInteger();
        BigInteger step = arguments.Has(2) ? arguments[2].ToInteger() : 1;
        if (step.IsZero)
        {
            throw new ChatTemplateException("range() arg 3 must not be zero");
        }

        BigInteger count = BigInteger.Max(0, (stop - start + step - step.Sign) / step);
        return count <= MaxRange
            ? TemplateValue.OfList(Enumerable.Range(0, (int)count).Select(i => TemplateValue.Of(start + i * step)))
            : throw new ChatTemplateException($"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({MaxRange}).");
    }
}
