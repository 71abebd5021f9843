using System;
using System.Collections.Generic;
using System.Globalization;
using System.Numerics;

namespace ModelGen.Templates;

/// <summary>Python's formatting of texts with %.</summary>
internal static class PercentFormat
{
    private const int DefaultPrecision = 6;

    // A double has no digits but zeros behind these.
    private const int MaxPlaces = 1100;

    /// <summary>Fills the places of a format.</summary>
    /// <param name="format">Text with places such as %s.</param>
    /// <param name="values">A tuple with a value for each place, a dictionary for places such as %(name)s, or the value of the only place.</param>
    /// <exception cref="ChatTemplateException">A place has no value, or one of another type.</exception>
    public static TemplateText Fill(TemplateText format, TemplateValue values)
    {
        TemplateTextBuilder text = new();
        Queue<TemplateValue> rest = new(values.AsList is { IsTuple: true } tuple ? tuple.Items : [values]);
        string source = format.Text;
        int position = 0;
        while (position < source.Length)
        {
            int place = source.IndexOf('%', position);
            text.Append(format, position, place < 0 ? source.Length : place);
            if (place < 0)
            {
                break;
            }

            position = place + 1;
            if (Next() == '%')
            {
                text.Append("%");
                position++;
                continue;
            }

            TemplateValue? named = null;
            if (Next() == '(')
            {
                int end = source.IndexOf(')', position);
                named = end < 0
                    ? throw new ChatTemplateException("incomplete format key")
                    : values.AsDictionary is TemplateDictionary entries && entries.TryGet(source[(position + 1)..end], out TemplateValue entry)
                    ? entry
                    : throw new ChatTemplateException($"the format has no value for '{source[(position + 1)..end]}'");
                position = end + 1;
                rest.Clear();
            }

            string flags = Take(character => character is '-' or '+' or ' ' or '0' or '#');
            int width = Number(Take(char.IsAsciiDigit));
            int? precision = null;
            if (Next() == '.')
            {
                position++;
                precision = Number(Take(char.IsAsciiDigit));
            }

            char conversion = position < source.Length ? source[position++] : throw new ChatTemplateException("incomplete format");
            TemplateValue value = named ?? (rest.TryDequeue(out TemplateValue next)
                ? next
                : throw new ChatTemplateException("not enough arguments for format string"));
            text.Append(Pad(Convert(value, conversion, precision, flags), conversion, flags, width));
        }

        return rest.Count == 0 || values.AsDictionary is not null
            ? text.ToText()
            : throw new ChatTemplateException("not all arguments converted during string formatting");

        char Next() => position < source.Length ? source[position] : '\0';

        string Take(Func<char, bool> isTaken)
        {
            int start = position;
            while (position < source.Length && isTaken(source[position]))
            {
                position++;
            }

            return source[start..position];
        }
    }

    private static int Number(string digits) => digits.Length == 0
        ? 0
        : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= TextPadding.MaxWidth
        ? number
        : throw new ChatTemplateException("a width of the format is too large");

    private static TemplateText Convert(TemplateValue value, char conversion, int? precision, string flags)
    {
        switch (conversion)
        {
            case 's' or 'r':
                TemplateText text = conversion == 's' ? PythonText.Of(value) : PythonText.Represent(value);
                return precision < text.CharacterCount ? text.Characters(0, precision.Value) : text;
            case 'd' or 'i' or 'u':
                BigInteger integer = value.Integer ?? (value.FloatingPoint is double whole && double.IsFinite(whole)
                    ? new BigInteger(whole)
                    : throw new ChatTemplateException($"%{conversion} format: a real number is required, not {value.TypeName}"));
                return Signed(BigInteger.Abs(integer).ToString(CultureInfo.InvariantCulture), integer.Sign < 0, flags);
            case 'x' or 'X' or 'o':
                BigInteger bits = value.Integer
                    ?? throw new ChatTemplateException($"%{conversion} format: an integer is required, not {value.TypeName}");
                return Signed(InBase(BigInteger.Abs(bits), conversion), bits.Sign < 0, flags);
            case 'f' or 'F':
                double number = value.Number
                    ?? throw new ChatTemplateException($"must be real number, not {value.TypeName}");
                string digits = double.IsFinite(number)
                    ? Fixed(number, precision ?? DefaultPrecision)
                    : PythonText.OfNumber(Math.Abs(number));
                return Signed(digits, double.IsNegative(number), flags);
            default:
                throw new ChatTemplateException($"the format character '{conversion}' is not supported");
        }
    }

    private static string Fixed(double number, int precision)
    {
        int places = Math.Min(precision, MaxPlaces);
        string digits = PythonNumbers.Scaled(number, places).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        return digits[..^places] + (precision > 0 ? "." : "") + digits[^places..].PadRight(precision, '0');
    }

    private static string InBase(BigInteger number, char conversion)
    {
        int numberBase = conversion == 'o' ? 8 : 16;
        string text = number.IsZero ? "0" : "";
        for (; !number.IsZero; number /= numberBase)
        {
            text = "0123456789abcdef"[(int)(number % numberBase)] + text;
        }

        return conversion == 'X' ? text.ToUpperInvariant() : text;
    }

    private static TemplateText Signed(string digits, bool isNegative, string flags) => TemplateText.OfTemplate(
        (isNegative ? "-" : flags.Contains('+', StringComparison.Ordinal) ? "+" : flags.Contains(' ', StringComparison.Ordinal) ? " " : "") + digits);

    private static TemplateText Pad(TemplateText text, char conversion, string flags, int width)
    {
        if (flags.Contains('-', StringComparison.Ordinal))
        {
            return TextPadding.Left(text, width, " ");
        }

        return flags.Contains('0', StringComparison.Ordinal) && conversion is not ('s' or 'r')
            ? TextPadding.Zeros(text, width, signs: "+- ")
            : TextPadding.Right(text, width, " ");
    }
}
