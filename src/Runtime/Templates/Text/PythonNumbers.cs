using System;
using System.Numerics;

namespace ModelGen.Templates;

/// <summary>How Python calculates, where .NET does it in another way.</summary>
internal static class PythonNumbers
{
    // More bits than a double has, so that one more says on which side of the middle between two doubles a number is.
    private const int RoundedBits = 62;
    private const long LastExact = 1L << 53;
    private const int MantissaBits = 52;
    private const int ExponentOfOne = 1023;
    private const int DecimalBase = 10;

    /// <summary>The double that is nearest to a whole number; .NET's own conversion cuts off.</summary>
    /// <exception cref="ChatTemplateException">There is none.</exception>
    public static double ToDouble(BigInteger number)
    {
        int shift = (int)BigInteger.Abs(number).GetBitLength() - RoundedBits;
        double nearest = shift <= 0 ? (long)number : Math.ScaleB((double)WithSticky(number, BigInteger.One << shift), shift);
        return double.IsFinite(nearest) ? nearest : throw new ChatTemplateException("int too large to convert to float");
    }

    /// <summary>left / right, rounded once.</summary>
    /// <exception cref="ChatTemplateException">No double is so large.</exception>
    public static double Divide(BigInteger left, BigInteger right)
    {
        if (BigInteger.Abs(left) <= LastExact && BigInteger.Abs(right) <= LastExact)
        {
            return (double)left / (double)right;
        }

        // The quotient as a whole number of enough bits, times a power of two.
        int shift = (int)(BigInteger.Abs(left).GetBitLength() - BigInteger.Abs(right).GetBitLength()) - RoundedBits;
        double nearest = shift >= 0
            ? Math.ScaleB((double)WithSticky(left, right << shift), shift)
            : Math.ScaleB((double)WithSticky(left << -shift, right), shift);
        return double.IsFinite(nearest) ? nearest : throw new ChatTemplateException("integer division result too large for a float");
    }

    /// <summary>left // right and left % right: the remainder is exact, and has the sign of the divisor.</summary>
    public static (double Quotient, double Remainder) Divide(double left, double right)
    {
        double remainder = left % right;
        double quotient = (left - remainder) / right;
        if (remainder == 0)
        {
            remainder = Math.CopySign(0, right);
        }
        else if (right < 0 != remainder < 0)
        {
            remainder += right;
            quotient -= 1;
        }

        if (quotient == 0)
        {
            return (Math.CopySign(0, left / right), remainder);
        }

        double whole = Math.Floor(quotient);
        return (quotient - whole > 0.5 ? whole + 1 : whole, remainder);
    }

    /// <summary>number ** exponent</summary>
    /// <exception cref="ChatTemplateException">The result is no double.</exception>
    public static double Power(double number, double exponent)
    {
        if (number == 0 && exponent < 0)
        {
            throw new ChatTemplateException("0.0 cannot be raised to a negative power");
        }

        if (number < 0 && double.IsFinite(number) && double.IsFinite(exponent) && Math.Floor(exponent) != exponent)
        {
            throw new ChatTemplateException("The chat template makes a complex number, which is not supported");
        }

        double power = Math.Pow(number, exponent);
        return double.IsInfinity(power) && double.IsFinite(number) && double.IsFinite(exponent)
            ? throw new ChatTemplateException("Numerical result out of range")
            : power;
    }

    /// <summary>round(number, digits): to the nearest number of so many digits behind the point, of two the one whose last digit is even.</summary>
    public static double Round(double number, int digits)
    {
        if (!double.IsFinite(number))
        {
            return number;
        }

        BigInteger scaled = Scaled(number, digits);
        double rounded = digits >= 0 ? Divide(scaled, BigInteger.Pow(DecimalBase, digits)) : ToDouble(scaled * BigInteger.Pow(DecimalBase, -digits));
        return Math.CopySign(rounded, number);
    }

    /// <summary>round(number, digits) of a whole number, for digits in front of the point.</summary>
    public static BigInteger Round(BigInteger number, int digits)
    {
        BigInteger unit = BigInteger.Pow(DecimalBase, digits);
        return RoundedQuotient(BigInteger.Abs(number), unit) * unit * number.Sign;
    }

    /// <summary>The digits of a number without its sign and point, rounded to so many behind the point; those in front of it for a negative count.</summary>
    public static BigInteger Scaled(double number, int digits)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(number));
        int exponent = (int)(bits >> MantissaBits);
        BigInteger mantissa = (bits & ((1L << MantissaBits) - 1)) | (exponent == 0 ? 0 : 1L << MantissaBits);
        exponent = Math.Max(exponent, 1) - ExponentOfOne - MantissaBits;
        return RoundedQuotient(
            mantissa * BigInteger.Pow(DecimalBase, Math.Max(digits, 0)) << Math.Max(exponent, 0),
            BigInteger.Pow(DecimalBase, Math.Max(-digits, 0)) << Math.Max(-exponent, 0));
    }

    /// <summary>Compares a whole number with a double without rounding it; null where the double is none.</summary>
    public static int? Compare(BigInteger number, double other) =>
        double.IsNaN(other) ? null
        : double.IsInfinity(other) ? (other > 0 ? -1 : 1)
        : number.CompareTo(new BigInteger(Math.Floor(other))) is not 0 and var order ? order
        : other > Math.Floor(other) ? -1 : 0;

    // Of two numbers that are equally near, the even one.
    private static BigInteger RoundedQuotient(BigInteger dividend, BigInteger divisor)
    {
        BigInteger quotient = BigInteger.DivRem(dividend, divisor, out BigInteger rest);
        int order = (rest * 2).CompareTo(divisor);
        return order > 0 || (order == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    // The last bit is set where the division leaves something: what is rounded to a double then is not taken for the middle between two.
    private static long WithSticky(BigInteger left, BigInteger right)
    {
        BigInteger quotient = BigInteger.DivRem(BigInteger.Abs(left), BigInteger.Abs(right), out BigInteger rest);
        long bits = (long)(quotient.IsEven && !rest.IsZero ? quotient + 1 : quotient);
        return left.Sign == right.Sign ? bits : -bits;
    }
}
