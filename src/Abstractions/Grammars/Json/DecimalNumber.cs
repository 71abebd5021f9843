using System;
using System.Globalization;

namespace ModelGen.Grammars.Json;

/// <summary>A number as decimal digits, exactly: what a JSON number says.</summary>
/// <param name="IsNegative">Whether it is less than 0.</param>
/// <param name="Integer">Digits before the point: no zero in front but for 0 itself.</param>
/// <param name="Fraction">Digits behind the point, without zeros at the end; empty for an integer.</param>
internal sealed record DecimalNumber(bool IsNegative, string Integer, string Fraction)
{
    /// <summary>Numbers with more digits than this before or behind the point are refused.</summary>
    public const int MostDigits = 1000;

    /// <summary>Whether it has no fraction.</summary>
    public bool IsInteger => Fraction.Length == 0;

    /// <summary>Whether it is 0.</summary>
    public bool IsZero => IsInteger && Integer == "0";

    /// <summary>Reads a JSON number.</summary>
    /// <param name="text">The number, well-formed.</param>
    /// <exception cref="GrammarException">It has too many digits when written without an exponent.</exception>
    public static DecimalNumber Parse(string text)
    {
        bool isNegative = text.StartsWith("-", StringComparison.Ordinal);
        int end = text.IndexOfAny(['e', 'E']);
        int exponent = 0;
        if (end >= 0 && !int.TryParse(text.Substring(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            exponent = text[end + 1] == '-' ? -MostDigits - 1 : MostDigits + 1;
        }

        string mantissa = text.Substring(isNegative ? 1 : 0, (end < 0 ? text.Length : end) - (isNegative ? 1 : 0));
        int point = mantissa.IndexOf('.');
        string digits = mantissa.Replace(".", "");
        long places = (point < 0 ? digits.Length : point) + (long)exponent;
        string trimmed = digits.TrimStart('0');
        places -= digits.Length - trimmed.Length;
        trimmed = trimmed.TrimEnd('0');
        if (trimmed.Length == 0)
        {
            return new DecimalNumber(false, "0", "");
        }

        if (places > MostDigits || trimmed.Length - places > MostDigits)
        {
            throw new GrammarException($"The number {text} has more than {MostDigits} digits before or behind its point.");
        }

        return places <= 0
            ? new DecimalNumber(isNegative, "0", new string('0', (int)-places) + trimmed)
            : places >= trimmed.Length
            ? new DecimalNumber(isNegative, trimmed + new string('0', (int)places - trimmed.Length), "")
            : new DecimalNumber(isNegative, trimmed.Substring(0, (int)places), trimmed.Substring((int)places));
    }

    /// <summary>The number without an exponent.</summary>
    public override string ToString() => (IsNegative ? "-" : "") + Integer + (IsInteger ? "" : "." + Fraction);
}
