using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace ModelGen.Grammars.Characters;

/// <summary>
/// Sets of characters that patterns name: <c>\d</c>, <c>\w</c>, <c>\s</c>, <c>.</c> and the general categories of <c>\p{…}</c>.
/// </summary>
internal static class CharacterCategories
{
    // Short and long names of Unicode's general categories, in the order of UnicodeCategory.
    private static readonly (string Short, string Long)[] Names =
    [
        ("Lu", "Uppercase_Letter"), ("Ll", "Lowercase_Letter"), ("Lt", "Titlecase_Letter"), ("Lm", "Modifier_Letter"), ("Lo", "Other_Letter"),
        ("Mn", "Nonspacing_Mark"), ("Mc", "Spacing_Mark"), ("Me", "Enclosing_Mark"),
        ("Nd", "Decimal_Number"), ("Nl", "Letter_Number"), ("No", "Other_Number"),
        ("Zs", "Space_Separator"), ("Zl", "Line_Separator"), ("Zp", "Paragraph_Separator"),
        ("Cc", "Control"), ("Cf", "Format"), ("Cs", "Surrogate"), ("Co", "Private_Use"),
        ("Pc", "Connector_Punctuation"), ("Pd", "Dash_Punctuation"), ("Ps", "Open_Punctuation"), ("Pe", "Close_Punctuation"),
        ("Pi", "Initial_Punctuation"), ("Pf", "Final_Punctuation"), ("Po", "Other_Punctuation"),
        ("Sm", "Math_Symbol"), ("Sc", "Currency_Symbol"), ("Sk", "Modifier_Symbol"), ("So", "Other_Symbol"),
        ("Cn", "Unassigned"),
    ];

    private static readonly Dictionary<string, string> Groups = new(StringComparer.Ordinal)
    {
        ["Letter"] = "L", ["Mark"] = "M", ["Combining_Mark"] = "M", ["Number"] = "N", ["Separator"] = "Z", ["Other"] = "C",
        ["Punctuation"] = "P", ["punct"] = "P", ["Symbol"] = "S", ["digit"] = "Nd", ["cntrl"] = "Cc", ["LC"] = "LC", ["Cased_Letter"] = "LC",
    };

    // [interval] the first character and the category, which differs from that of the interval before; made when first asked for.
    private static readonly Lazy<List<(int First, UnicodeCategory Category)>> Intervals = new(FindIntervals);

    /// <summary><c>\d</c>.</summary>
    public static IReadOnlyList<CharacterRange> Digits { get; } = [new('0', '9')];

    /// <summary><c>\w</c>.</summary>
    public static IReadOnlyList<CharacterRange> WordCharacters { get; } = [new('0', '9'), new('A', 'Z'), new('_', '_'), new('a', 'z')];

    /// <summary><c>\s</c>.</summary>
    public static IReadOnlyList<CharacterRange> WhiteSpace { get; } =
    [
        new('\t', '\r'), new(' ', ' '), new(0xA0, 0xA0), new(0x1680, 0x1680), new(0x2000, 0x200A), new(0x2028, 0x2029), new(0x202F, 0x202F),
        new(0x205F, 0x205F), new(0x3000, 0x3000), new(0xFEFF, 0xFEFF),
    ];

    /// <summary><c>.</c>: all but ends of lines.</summary>
    public static IReadOnlyList<CharacterRange> NoLineEnds { get; } =
        CharacterRanges.Complement([new('\n', '\n'), new('\r', '\r'), new(0x2028, 0x2029)]);

    /// <summary>The characters of what <c>\p{…}</c> names; null where it is no general category.</summary>
    /// <param name="name">What stands between the braces.</param>
    public static IReadOnlyList<CharacterRange>? Find(string name)
    {
        switch (name)
        {
            case "Any":
                return CharacterRanges.All;
            case "ASCII":
                return [new(0, 0x7F)];
            case "Assigned":
                return CharacterRanges.Complement(Of(["Cn"]));
        }

        foreach (string property in new[] { "General_Category=", "gc=" })
        {
            if (name.StartsWith(property, StringComparison.Ordinal))
            {
                name = name.Substring(property.Length);
            }
        }

        string wanted = Groups.TryGetValue(name, out string? group) ? group : name;
        string[] categories = wanted == "LC"
            ? ["Lu", "Ll", "Lt"]
            : [.. Names.Where(names => names.Long == wanted || names.Short == wanted || (wanted.Length == 1 && names.Short[0] == wanted[0]))
                .Select(names => names.Short)];
        return categories.Length == 0 ? null : Of(categories);
    }

    private static IReadOnlyList<CharacterRange> Of(string[] categories)
    {
        List<CharacterRange> ranges = [];
        List<(int First, UnicodeCategory Category)> intervals = Intervals.Value;
        for (int interval = 0; interval < intervals.Count; interval++)
        {
            if (Array.IndexOf(categories, Names[(int)intervals[interval].Category].Short) >= 0)
            {
                int last = interval + 1 < intervals.Count ? intervals[interval + 1].First - 1 : CharacterRange.LastCharacter;
                ranges.Add(new CharacterRange(intervals[interval].First, last));
            }
        }

        return CharacterRanges.Normalize(ranges);
    }

    private static List<(int First, UnicodeCategory Category)> FindIntervals()
    {
        List<(int First, UnicodeCategory Category)> intervals = [];
        char[] pair = new char[2];
        for (int character = 0; character <= CharacterRange.LastCharacter; character++)
        {
            UnicodeCategory category;
            if (character <= char.MaxValue)
            {
                category = CharUnicodeInfo.GetUnicodeCategory((char)character);
            }
            else
            {
                pair[0] = (char)(0xD800 + ((character - 0x10000) >> 10));
                pair[1] = (char)(0xDC00 + ((character - 0x10000) & 0x3FF));
                category = CharUnicodeInfo.GetUnicodeCategory(new string(pair), 0);
            }

            if (intervals.Count == 0 || intervals[intervals.Count - 1].Category != category)
            {
                intervals.Add((character, category));
            }
        }

        return intervals;
    }
}
