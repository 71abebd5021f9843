using System;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace ModelGen.Templates;

/// <summary>The texts that Python writes for values.</summary>
internal static class PythonText
{
    // Between these powers of ten Python writes a float without an exponent.
    private const int FirstPlainExponent = -4;
    private const int LastPlainExponent = 16;

    /// <summary>str(value); nothing for what is undefined.</summary>
    public static TemplateText Of(TemplateValue value) =>
        value.Text ?? (value.IsUndefined ? TemplateText.Empty : Represent(value));

    /// <summary>repr(value): what an item of a list is written as.</summary>
    public static TemplateText Represent(TemplateValue value)
    {
        TemplateTextBuilder text = new();
        AppendRepresentation(value, text);
        return text.ToText();
    }

    /// <summary>repr of a float: the fewest digits that give the number again.</summary>
    public static string OfNumber(double number)
    {
        if (double.IsNaN(number))
        {
            return "nan";
        }

        if (double.IsInfinity(number))
        {
            return number > 0 ? "inf" : "-inf";
        }

        // .NET's shortest form, taken apart: digits, and the power of ten of the first one.
        string shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        int mark = shortest.IndexOf('E', StringComparison.Ordinal);
        int shift = mark < 0 ? 0 : int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string mantissa = mark < 0 ? shortest : shortest[..mark];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        int leading = digits.Length - digits.TrimStart('0').Length;
        int exponent = (point < 0 ? digits.Length : point) - 1 - leading + shift;
        digits = digits.Trim('0');
        string sign = double.IsNegative(number) ? "-" : "";
        if (digits.Length == 0)
        {
            return sign + "0.0";
        }

        if (exponent < FirstPlainExponent || exponent >= LastPlainExponent)
        {
            string fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(
                CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        if (exponent < 0)
        {
            return sign + "0." + new string('0', -exponent - 1) + digits;
        }

        string whole = digits.PadRight(exponent + 1, '0');
        return sign + whole[..(exponent + 1)] + "." + (whole.Length > exponent + 1 ? whole[(exponent + 1)..] : "0");
    }

    private static void AppendRepresentation(TemplateValue value, TemplateTextBuilder text)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value)
        {
            case { Boolean: bool boolean }:
                text.Append(boolean ? "True" : "False");
                break;
            case { Integer: BigInteger integer }:
                text.Append(integer.ToString(CultureInfo.InvariantCulture));
                break;
            case { FloatingPoint: double number }:
                text.Append(OfNumber(number));
                break;
            case { Text: TemplateText inner }:
                TemplateText quoted = inner.Changed(Quote(inner.Text));
                text.Append(inner.IsMarkup ? "Markup(" : "").Append(quoted).Append(inner.IsMarkup ? ")" : "");
                break;
            case { AsList: TemplateList list }:
                AppendList(list, text);
                break;
            case { AsDictionary: TemplateDictionary dictionary }:
                AppendDictionary(dictionary, text);
                break;
            default:
                text.Append(value.IsNone ? "None" : value.IsUndefined ? "Undefined" : $"<{value.TypeName}>");
                break;
        }
    }

    private static void AppendList(TemplateList list, TemplateTextBuilder text)
    {
        text.Append(list.IsTuple ? "(" : "[");
        string separator = "";
        foreach (TemplateValue item in list.Items)
        {
            text.Append(separator);
            AppendRepresentation(item, text);
            separator = ", ";
        }

        text.Append(!list.IsTuple ? "]" : list.Items.Count == 1 ? ",)" : ")");
    }

    private static void AppendDictionary(TemplateDictionary dictionary, TemplateTextBuilder text)
    {
        text.Append("{");
        string separator = "";
        foreach ((TemplateValue key, TemplateValue item) in dictionary.Entries)
        {
            text.Append(separator);
            AppendRepresentation(key, text);
            text.Append(": ");
            AppendRepresentation(item, text);
            separator = ", ";
        }

        text.Append("}");
    }

    private static string Quote(string text)
    {
        char quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        StringBuilder quoted = new();
        quoted.Append(quote);
        for (int i = 0; i < text.Length;)
        {
            bool isWhole = Rune.TryGetRuneAt(text, i, out Rune rune);
            int code = isWhole ? rune.Value : text[i];
            i += isWhole ? rune.Utf16SequenceLength : 1;
            switch (code)
            {
                case '\\':
                    quoted.Append(@"\\");
                    break;
                case '\n':
                    quoted.Append(@"\n");
                    break;
                case '\r':
                    quoted.Append(@"\r");
                    break;
                case '\t':
                    quoted.Append(@"\t");
                    break;
                default:
                    if (code == quote)
                    {
                        quoted.Append('\\').Append(quote);
                    }
                    else if (isWhole && IsPrintable(rune))
                    {
                        quoted.Append(rune.ToString());
                    }
                    else
                    {
                        quoted.Append(CultureInfo.InvariantCulture, $@"\{(code <= 0xFF ? 'x' : code <= 0xFFFF ? 'u' : 'U')}");
                        quoted.Append(code.ToString(code <= 0xFF ? "x2" : code <= 0xFFFF ? "x4" : "x8", CultureInfo.InvariantCulture));
                    }

                    break;
            }
        }

        return quoted.Append(quote).ToString();
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
