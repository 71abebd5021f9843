using System;
using System.Globalization;
using System.Linq;
using System.Numerics;

namespace ModelGen.Templates;

public static partial class TemplateFilters
{
    // Beyond these, a double has no digits left to round.
    private const int MaxRoundedDigits = 350;
    private const int DecimalBase = 10;

    /// <summary>value | abs</summary>
    /// <param name="value">A number.</param>
    public static TemplateValue Absolute(TemplateValue value) => value switch
    {
        { Integer: BigInteger integer } => TemplateValue.Of(BigInteger.Abs(integer)),
        { FloatingPoint: double number } => Math.Abs(number),
        _ => throw new ChatTemplateException($"bad operand type for abs(): '{value.Defined().TypeName}'"),
    };

    /// <summary>value | float(default)</summary>
    /// <param name="value">A number, or a text of one.</param>
    /// <param name="default">What anything else gives; 0.0 where it is not given.</param>
    public static TemplateValue Float(TemplateValue value, TemplateValue @default = default) =>
        NumberOf(value.Defined()) is double number ? number : @default.IsGiven ? @default : 0.0;

    /// <summary>value | int(default, base)</summary>
    /// <param name="value">A number, or a text of one.</param>
    /// <param name="default">What anything else gives; 0 where it is not given.</param>
    /// <param name="base">Base of the digits of a text.</param>
    public static TemplateValue Integer(TemplateValue value, TemplateValue @default = default, TemplateValue @base = default)
    {
        BigInteger? integer = value.Defined() switch
        {
            { Integer: BigInteger whole } => whole,
            { Text: TemplateText text } => Parse(text.Text, Count(@base, DecimalBase)),
            _ => null,
        };
        return integer is BigInteger found ? TemplateValue.Of(found)
            : NumberOf(value) is double number && !double.IsNaN(number) ? TemplateValue.Of(Truncated(number))
            : @default.IsGiven ? @default : 0;
    }

    /// <summary>value | round(precision, method)</summary>
    /// <param name="value">A number.</param>
    /// <param name="precision">Digits behind the point; 0 where it is not given.</param>
    /// <param name="method">"common", "ceil" or "floor".</param>
    public static TemplateValue Round(TemplateValue value, TemplateValue precision = default, TemplateValue method = default)
    {
        BigInteger places = precision.IsGiven ? precision.ToInteger() : 0;
        int digits = (int)BigInteger.Max(-MaxRoundedDigits, BigInteger.Min(places, MaxRoundedDigits));
        string way = method.IsGiven ? method.ToString() : "common";
        double number = value.Number
            ?? throw new ChatTemplateException($"type {value.Defined().TypeName} doesn't define __round__ method");
        return way switch
        {
            "common" => value.Integer is not BigInteger integer ? PythonNumbers.Round(number, digits)
                : digits >= 0 ? TemplateValue.Of(integer)
                : TemplateValue.Of(PythonNumbers.Round(integer, -digits)),
            "ceil" => Whole(Math.Ceiling),
            "floor" => Whole(Math.Floor),
            _ => throw new ChatTemplateException("method must be common, ceil or floor"),
        };

        // As Jinja calculates it. Python's whole numbers have no negative zero.
        TemplateValue Whole(Func<double, double> nearest)
        {
            double factor = Math.Pow(DecimalBase, digits);
            double whole = nearest(number * factor);
            return double.IsFinite(whole) ? (whole + 0.0) / factor : throw new ChatTemplateException("cannot convert float infinity or NaN to integer");
        }
    }

    private static BigInteger Truncated(double number) => double.IsFinite(number)
        ? new BigInteger(number)
        : throw new ChatTemplateException("cannot convert float infinity to integer");

    private static double? NumberOf(TemplateValue value) => value.Text is TemplateText text
        ? ParseNumber(text.Text.Trim().Replace("_", "", StringComparison.Ordinal).ToLowerInvariant())
        : value.Number;

    private static double? ParseNumber(string text) => text switch
    {
        "inf" or "+inf" or "infinity" or "+infinity" => double.PositiveInfinity,
        "-inf" or "-infinity" => double.NegativeInfinity,
        "nan" or "+nan" or "-nan" => double.NaN,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null,
    };

    private static BigInteger? Parse(string text, int numberBase)
    {
        string digits = text.Trim().Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        int sign = digits.StartsWith('-') ? -1 : 1;
        digits = digits.TrimStart('+', '-');
        string prefix = numberBase switch { 2 => "0b", 8 => "0o", 16 => "0x", _ => "" };
        digits = prefix.Length > 0 && digits.StartsWith(prefix, StringComparison.Ordinal) ? digits[prefix.Length..] : digits;
        return digits.Length > 0 && digits.All(digit => DigitOf(digit) < numberBase)
            ? sign * digits.Aggregate(BigInteger.Zero, (sum, digit) => sum * numberBase + DigitOf(digit))
            : null;
    }

    private static int DigitOf(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'z' => digit - 'a' + DecimalBase,
        _ => int.MaxValue,
    };
}
