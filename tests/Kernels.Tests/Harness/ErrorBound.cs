using System;

namespace ModelGen.Kernels.Harness;

/// <summary>Comparison of floats with a double reference.</summary>
internal static class ErrorBound
{
    /// <summary>Unit roundoff of a float: a rounded operation is off by at most this, relatively.</summary>
    public const double Unit = 1.0 / (1 << 24);

    /// <summary>Half of the smallest subnormal float: what a rounded operation is off by near zero.</summary>
    public const double Tiny = 7.0064923216240854e-46;

    /// <summary>Fails where a float is further from its reference than the bound, or not a number.</summary>
    public static void Check(float actual, double expected, double bound, string what)
    {
        // Written so that NaN fails.
        if (!(Math.Abs(actual - expected) <= bound))
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"{what}: {actual:R} is not {expected:R} ± {bound:E2}, but off by {Math.Abs(actual - expected):E2}."));
        }
    }

    /// <summary>Fails where two floats do not have the same bits.</summary>
    public static void Same(float actual, float expected, string what)
    {
        if (BitConverter.SingleToInt32Bits(actual) != BitConverter.SingleToInt32Bits(expected))
        {
            throw new InvalidOperationException(FormattableString.Invariant($"{what}: {actual:R} is not bit for bit {expected:R}."));
        }
    }
}
