using System.Globalization;
using System.Linq;
using System.Numerics;
using ModelGen.Generator.Output.Shapes;
using ModelGen.Grammars.Characters;
using ModelGen.Grammars.Json;

namespace ModelGen.Generator.Output.Grammars;

/// <summary>
/// Texts of numbers that a type of C# can read, which never become infinite. They have as many digits as the type's own texts have at most, so that
/// no number goes on for ever.
/// </summary>
internal static class NumberTexts
{
    // Shortest texts that come back as the same number: digits in front of the point, behind it (with the zeros that come first), and of a mantissa.
    private const string HalfPlain = @"^-?(?:0|[1-9][0-9]{0,4})(?:\.[0-9]{1,9})?$";
    private const string SinglePlain = @"^-?(?:0|[1-9][0-9]{0,9})(?:\.[0-9]{1,14})?$";
    private const string DoublePlain = @"^-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,22})?$";
    private const string DecimalPlain = @"^-?(?:0|[1-9][0-9]{0,28})(?:\.[0-9]{1,28})?$";
    private const string LargestHalf = "65504";
    private const string LargestDecimal = "79228162514264337593543950335";

    // Writers use exponents below this.
    private const decimal LargestOfSmall = 0.0001m;

    /// <summary>Texts of an integer: no fraction, no exponent, and no sign in front of 0.</summary>
    public static CharacterAutomaton Of(IntegerValue integer) =>
        RegularExpressionAutomaton.Containing("^(?:0|-?[1-9][0-9]*)$")
        & JsonNumbers.AtLeast(NumberOf(integer.Minimum))
        & JsonNumbers.AtMost(NumberOf(integer.Maximum));

    /// <summary>Texts of a number with a fraction: with any exponent only where all of the type's numbers are meant.</summary>
    public static CharacterAutomaton Of(RealValue real)
    {
        CharacterAutomaton plain = real.Precision switch
        {
            RealPrecision.Half => RegularExpressionAutomaton.Containing(HalfPlain) & Within(LargestHalf),
            RealPrecision.Single => RegularExpressionAutomaton.Containing(SinglePlain),
            RealPrecision.Double => RegularExpressionAutomaton.Containing(DoublePlain),
            _ => RegularExpressionAutomaton.Containing(DecimalPlain) & Within(LargestDecimal),
        };
        if (real.Range == NumberRange.All)
        {
            return real.Precision == RealPrecision.Decimal ? plain : plain | RegularExpressionAutomaton.Containing(ExponentsOf(real.Precision));
        }

        if (real.Range.Minimum is decimal minimum)
        {
            plain &= real.Range.ExcludesMinimum ? JsonNumbers.Above(NumberOf(minimum)) : JsonNumbers.AtLeast(NumberOf(minimum));
        }

        if (real.Range.Maximum is decimal maximum)
        {
            plain &= real.Range.ExcludesMaximum ? JsonNumbers.Below(NumberOf(maximum)) : JsonNumbers.AtMost(NumberOf(maximum));
        }

        return plain | SmallOf(real);
    }

    /// <summary>Numbers next to 0 with an exponent, as writers of JSON write them, where the range has all of those of a sign.</summary>
    private static CharacterAutomaton SmallOf(RealValue real)
    {
        string? exponents = real.Precision switch
        {
            RealPrecision.Half => "-0[5-8]",
            RealPrecision.Single => "-(?:0[5-9]|[1-3][0-9]|4[0-5])",
            RealPrecision.Double => "-(?:0[5-9]|[1-9][0-9]|[12][0-9]{2}|3(?:[01][0-9]|2[0-4]))",
            _ => null,
        };
        bool hasPositive = !(real.Range.Minimum > 0) && !(real.Range.Maximum < LargestOfSmall);
        bool hasNegative = !(real.Range.Maximum < 0) && !(real.Range.Minimum > -LargestOfSmall);
        string sign = hasPositive ? hasNegative ? "-?" : "" : "-";
        return exponents is null || !(hasPositive || hasNegative)
            ? CharacterAutomaton.None
            : RegularExpressionAutomaton.Containing($@"^{sign}[1-9](?:\.[0-9]{{1,16}})?E{exponents}$");
    }

    private static DecimalNumber NumberOf(BigInteger number) => DecimalNumber.Parse(number.ToString(CultureInfo.InvariantCulture));

    private static DecimalNumber NumberOf(decimal number) => DecimalNumber.Parse(number.ToString(CultureInfo.InvariantCulture));

    private static CharacterAutomaton Within(string largest) =>
        JsonNumbers.AtLeast(DecimalNumber.Parse("-" + largest)) & JsonNumbers.AtMost(DecimalNumber.Parse(largest));

    // One digit in front of the point. The largest exponent goes with mantissas up to that of the largest number; low ones become 0.
    private static string ExponentsOf(RealPrecision precision) => precision switch
    {
        RealPrecision.Half => Exponents(5, "-0?[0-9]|[+]?0?[0-3]", $@"(?:[1-5](?:\.[0-9]{{1,5}})?|6(?:\.{AtMost("5504")})?)[eE][+]?0?4"),
        RealPrecision.Single => Exponents(9, "-(?:[0-3]?[0-9]|4[0-5])|[+]?(?:[0-2]?[0-9]|3[0-7])", $@"(?:[12](?:\.[0-9]{{1,9}})?|3(?:\.{AtMost("4028235")})?)[eE][+]?38"),
        _ => Exponents(
            17, "-(?:[0-2]?[0-9]{1,2}|3(?:[01][0-9]|2[0-4]))|[+]?(?:[0-2]?[0-9]{1,2}|30[0-7])", $@"1(?:\.{AtMost("7976931348623157")})?[eE][+]?308"),
    };

    private static string Exponents(int digits, string exponents, string largest) =>
        $@"^-?(?:[1-9](?:\.[0-9]{{1,{digits.ToString(CultureInfo.InvariantCulture)}}})?[eE](?:{exponents})|{largest})$";

    /// <summary>Digits behind a point that are at most some digits: the first digit that differs is less.</summary>
    private static string AtMost(string digits)
    {
        string[] less =
        [
            .. Enumerable.Range(0, digits.Length)
                .Where(index => digits[index] > '0')
                .Select(index => $"{digits.Substring(0, index)}[0-{(char)(digits[index] - 1)}][0-9]{{0,{(digits.Length - index - 1).ToString(CultureInfo.InvariantCulture)}}}"),
            digits,
        ];
        return $"(?:{string.Join("|", less)})";
    }
}
