using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.Characters;

namespace ModelGen.Grammars.JsonSchema.Sets;

/// <summary>The values of <c>format</c> that can be asserted, as patterns of what their standards say.</summary>
internal static class TextFormats
{
    // RFC 3339. Days are those of their months, and February has 29 of them in leap years. There are no leap seconds: few readers take them.
    private const string Day =
        "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
        + "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";

    private const string Time = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?(?:[Zz]|[-+](?:[01][0-9]|2[0-3]):[0-5][0-9])";

    private const string Byte = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private const string Label = "[A-Za-z0-9](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?";

    // RFC 3986: characters as they stand or as %XX.
    private const string Encoded = "%[0-9A-Fa-f]{2}";
    private const string PathCharacter = "(?:[-A-Za-z0-9._~!$&'()*+,;=:@]|" + Encoded + ")";
    private const string Path = "(?:/" + PathCharacter + "*)*";
    private const string QueryCharacter = "(?:[-A-Za-z0-9._~!$&'()*+,;=:@/?]|" + Encoded + ")";
    private const string Authority = "(?:(?:[-A-Za-z0-9._~!$&'()*+,;=:]|" + Encoded + ")*@)?"
        + "(?:\\[[0-9A-Fa-f:.]+\\]|(?:[-A-Za-z0-9._~!$&'()*+,;=]|" + Encoded + ")*)(?::[0-9]*)?";

    private static readonly Dictionary<string, string> Patterns = new(StringComparer.Ordinal)
    {
        ["date"] = Day,
        ["time"] = Time,
        ["date-time"] = Day + "[Tt]" + Time,
        ["duration"] = "P(?:[0-9]+W|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)(?:T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?"
            + "|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?|T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))",
        ["uuid"] = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
        ["ipv4"] = Byte + "(?:\\." + Byte + "){3}",
        ["ipv6"] = Ipv6(),
        ["hostname"] = Label + "(?:\\." + Label + ")*",
        ["email"] = "[-A-Za-z0-9!#$%&'*+/=?^_`{|}~]+(?:\\.[-A-Za-z0-9!#$%&'*+/=?^_`{|}~]+)*@" + Label + "(?:\\." + Label + ")*",
        ["uri"] = "[A-Za-z][-A-Za-z0-9+.]*:(?://" + Authority + Path + "|/(?:" + PathCharacter + "+" + Path + ")?|"
            + PathCharacter + "+" + Path + "|)(?:\\?" + QueryCharacter + "*)?(?:#" + QueryCharacter + "*)?",
    };

    private static readonly ConcurrentDictionary<string, CharacterAutomaton> Automata = new(StringComparer.Ordinal);

    /// <summary>The names of the formats, in order.</summary>
    public static IEnumerable<string> Names => Patterns.Keys.Order(StringComparer.Ordinal);

    /// <summary>The texts of a format.</summary>
    /// <param name="format">Its name.</param>
    /// <param name="place">The schema that has it.</param>
    /// <exception cref="GrammarException">It is not among those that can be asserted.</exception>
    public static CharacterAutomaton Find(string format, string place) => Patterns.TryGetValue(format, out string? pattern)
        ? Automata.GetOrAdd(format, _ => RegularExpressionAutomaton.Containing("^(?:" + pattern + ")$"))
        : throw new GrammarException(
            $"{place}/format is '{format}', which cannot be asserted: {string.Join(", ", Names)} can.");

    // RFC 4291: eight groups; or fewer with one "::" for the rest; the last two may be an IPv4 address.
    private static string Ipv6()
    {
        const string Group = "[0-9A-Fa-f]{1,4}";
        string tail = "(?:" + Group + ":" + Group + "|" + Byte + "(?:\\." + Byte + "){3})";
        List<string> forms = ["(?:" + Group + ":){6}" + tail];
        for (int before = 0; before <= 7; before++)
        {
            string head = before == 0 ? "::" : Group + "(?::" + Group + "){" + (before - 1) + "}::";
            forms.Add(head);
            for (int behind = 1; behind <= 7 - before; behind++)
            {
                forms.Add(head + (behind == 1 ? Group : "(?:" + Group + ":){" + (behind - 2) + "}" + tail));
            }
        }

        return string.Join('|', forms);
    }
}
