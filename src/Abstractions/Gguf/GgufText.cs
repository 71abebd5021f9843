using System;
using System.Globalization;
using System.Text;

namespace ModelGen.Gguf;

/// <summary>
/// How names, strings and numbers are written in snapshots (docs/snapshot-format.md) and quoted in messages: one spelling for
/// each value, under every culture.
/// </summary>
internal static class GgufText
{
    /// <summary>In a message a name of more characters than this is cut: damaged files have names of 64 KB.</summary>
    private const int MaxShownCharacters = 80;

    /// <summary>Values that are no names: the longest that is worth reading is a list of formats or a sentence.</summary>
    private const int MaxValueCharacters = 400;

    private const NumberStyles RealStyles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    // By id, as the GGUF specification numbers them.
    private static readonly string[] TypeNames =
    [
        "uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "bool", "string", "array", "uint64", "int64", "float64",
    ];

    public static string NameOf(GgufValueType type) => TypeNames[(int)type];

    /// <summary>The type that <paramref name="name"/> stands for, or null.</summary>
    public static GgufValueType? FindType(string name)
    {
        int id = Array.IndexOf(TypeNames, name);
        return id < 0 ? null : (GgufValueType)id;
    }

    /// <summary>The name as messages show it: in single quotes, on one line, not too long.</summary>
    public static string Shown(string name)
    {
        StringBuilder text = new();
        text.Append('\'');
        AppendCut(text, name, MaxShownCharacters, quote: '\'');
        return text.Append('\'').ToString();
    }

    /// <summary>A value as a part of a message: on one line, so that it cannot pass for another message, and not too long.</summary>
    public static string OneLine(string value)
    {
        StringBuilder text = new();
        AppendCut(text, value, MaxValueCharacters, quote: null);
        return text.ToString();
    }

    /// <summary>The string in double quotes, on one line.</summary>
    public static string Quoted(string value)
    {
        StringBuilder text = new();
        AppendQuoted(text, value);
        return text.ToString();
    }

    /// <summary>Appends the string in double quotes, on one line.</summary>
    public static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char character in value)
        {
            AppendCharacter(text, character, quote: '"');
        }

        text.Append('"');
    }

    /// <summary>Appends a key or tensor name: as it is where it is made of letters, digits, '.', '_' and '-', else quoted.</summary>
    public static void AppendName(StringBuilder text, string name)
    {
        if (IsBare(name))
        {
            text.Append(name);
        }
        else
        {
            AppendQuoted(text, name);
        }
    }

    public static bool IsBare(string name)
    {
        foreach (char character in name)
        {
            if (!IsBare(character))
            {
                return false;
            }
        }

        return name.Length > 0;
    }

    public static bool IsBare(char character) =>
        character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '_' or '-';

    /// <summary>
    /// Whether a character is written as \uXXXX: control characters, what some editors take for a line end, the byte order mark and
    /// the marks that reorder text. The list is spelled out because the Unicode tables differ between runtimes.
    /// </summary>
    public static bool IsEscapedByCode(char character) => character
        is < ' '
        or (>= '\u007f' and <= '\u009f')
        or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069')
        or '\ufeff';

    private static void AppendCut(StringBuilder text, string value, int maxCharacters, char? quote)
    {
        for (int i = 0; i < value.Length; i++)
        {
            if (i >= maxCharacters && !char.IsLowSurrogate(value[i]))
            {
                text.Append('…');
                break;
            }

            AppendCharacter(text, value[i], quote);
        }
    }

    private static void AppendCharacter(StringBuilder text, char character, char? quote)
    {
        switch (character)
        {
            case '\n':
                text.Append("\\n");
                break;
            case '\r':
                text.Append("\\r");
                break;
            case '\t':
                text.Append("\\t");
                break;
            case '\\':
                text.Append("\\\\");
                break;
            default:
                if (character == quote)
                {
                    text.Append('\\').Append(character);
                }
                else if (IsEscapedByCode(character))
                {
                    text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    text.Append(character);
                }

                break;
        }
    }

    /// <summary>An integer's digits, or true and false; <paramref name="value"/> of a UInt64 is its bits.</summary>
    public static string Integer(GgufValueType type, long value) => type switch
    {
        GgufValueType.Bool => value != 0 ? "true" : "false",
        GgufValueType.UInt64 => unchecked((ulong)value).ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The fewest digits that give the same float back: 7, 8 or 9 ("R" does not round-trip under .NET Framework).</summary>
    public static string Single(float value)
    {
        if (Special(value) is { } special)
        {
            return special;
        }

        foreach (string format in (string[])["G7", "G8"])
        {
            string text = value.ToString(format, CultureInfo.InvariantCulture);
            if (float.TryParse(text, RealStyles, CultureInfo.InvariantCulture, out float parsed) && parsed == value)
            {
                return text;
            }
        }

        return value.ToString("G9", CultureInfo.InvariantCulture);
    }

    /// <summary>The fewest digits that give the same double back: 15, 16 or 17.</summary>
    public static string Double(double value)
    {
        if (Special(value) is { } special)
        {
            return special;
        }

        foreach (string format in (string[])["G15", "G16"])
        {
            string text = value.ToString(format, CultureInfo.InvariantCulture);
            if (double.TryParse(text, RealStyles, CultureInfo.InvariantCulture, out double parsed) && parsed == value)
            {
                return text;
            }
        }

        return value.ToString("G17", CultureInfo.InvariantCulture);
    }

    public static bool TryParseSingle(string text, out double value)
    {
        if (TryParseSpecial(text, out value))
        {
            return true;
        }

        bool isParsed = float.TryParse(text, RealStyles, CultureInfo.InvariantCulture, out float parsed);
        value = parsed;
        return isParsed && IsFinite(value);
    }

    public static bool TryParseDouble(string text, out double value) =>
        TryParseSpecial(text, out value)
        || (double.TryParse(text, RealStyles, CultureInfo.InvariantCulture, out value) && IsFinite(value));

    // Too large a number is an infinity to some runtimes and no number to others.
    private static bool IsFinite(double value) => !double.IsNaN(value) && !double.IsInfinity(value);

    // .NET Framework neither writes nor reads the sign of zero.
    private static string? Special(double value) =>
        double.IsNaN(value) ? "nan"
        : double.IsPositiveInfinity(value) ? "inf"
        : double.IsNegativeInfinity(value) ? "-inf"
        : value != 0 ? null
        : BitConverter.DoubleToInt64Bits(value) < 0 ? "-0" : "0";

    private static bool TryParseSpecial(string text, out double value)
    {
        double? special = text switch
        {
            "nan" => double.NaN,
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            "0" => 0.0,
            "-0" => -0.0,
            _ => null,
        };
        value = special ?? 0;
        return special is not null;
    }
}
