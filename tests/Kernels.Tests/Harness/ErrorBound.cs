using System;
using System.Globalization;

namespace ModelGen.Kernels.Harness;

/// <summary>Comparison of floats with a double reference.</summary>
internal static class ErrorBound
{
    /// <summary>Unit roundoff of a float: a rounded operation is off by at most this, relatively.</summary>
    public const double Unit = 1.0 / (1 << 24);

    /// <summary>Half of the smallest subnormal float: what a rounded operation is off by near zero.</summary>
    public const double Tiny = 7.0064923216240854e-46;

    /// <summary>Fails where a value is further from its reference than the bound, or not a number.</summary>
    /// <param name="actual">What the kernel gave.</param>
    /// <param name="expected">The reference.</param>
    /// <param name="bound">The largest absolute error that is right.</param>
    /// <param name="what">What the value is: a composite format over the two indexes, put together only for a failure.</param>
    /// <param name="first">First index.</param>
    /// <param name="second">Second index.</param>
    public static void Check(double actual, double expected, double bound, string what, int first = 0, int second = 0)
    {
        // Written so that NaN fails.
        if (!(Math.Abs(actual - expected) <= bound))
        {
            string where = string.Format(CultureInfo.InvariantCulture, what, first, second);
            double error = Math.Abs(actual - expected);
            throw new InvalidOperationException(
                FormattableString.Invariant($"{where}: {actual:R} is not {expected:R} ± {bound:E2}, but off by {error:E2}."));
        }
    }

    /// <summary>Fails where two floats do not have the same bits.</summary>
    /// <param name="actual">What the kernel gave.</param>
    /// <param name="expected">The reference.</param>
    /// <param name="what">As above.</param>
    /// <param name="first">First index.</param>
    /// <param name="second">Second index.</param>
    public static void Same(float actual, float expected, string what, int first = 0, int second = 0)
    {
        if (BitConverter.SingleToInt32Bits(actual) != BitConverter.SingleToInt32Bits(expected))
        {
            string where = string.Format(CultureInfo.InvariantCulture, what, first, second);
            throw new InvalidOperationException(FormattableString.Invariant($"{where}: {actual:R} is not bit for bit {expected:R}."));
        }
    }
}
