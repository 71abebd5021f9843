using System;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Sampling;

/// <summary>
/// Exponentials of logits, as many as a vocabulary has tokens. The same logits give the same bits on every machine: nothing is asked of the system's
/// library, no instruction multiplies and adds in one, and sums have one order whatever width a processor's vectors have.
/// </summary>
internal static class Exponentials
{
    /// <summary>How many weights are worth room of their own where they are used at once.</summary>
    public const int BlockLength = 256;

    // Below it an exponential would no longer have all its digits; beside the highest logit's, which is 1, it is nothing.
    private const double Lowest = -708;

    // Added to a number below 2^51 it leaves the nearest integer in the lowest bits.
    private const double Rounding = 6755399441055744;

    // The logarithm of 2, in two parts: a product of the first one with an integer up to 2^20 is exact.
    private const double HighLog2 = 0.693147180369123816490;
    private const double LowLog2 = 1.90821492927058770002e-10;
    private const double InverseLog2 = 1.4426950408889634;

    /// <summary>exp(logit − highest), in a relative error of 10⁻¹⁴; 0 where it would be below e⁻⁷⁰⁸. NaN stays NaN.</summary>
    /// <param name="logit">At most <paramref name="highest"/>.</param>
    /// <param name="highest">The highest logit.</param>
    public static double Of(float logit, float highest) => Of(Vector128.CreateScalar((double)logit - highest)).ToScalar();

    /// <summary>
    /// The same, rounded: few digits make sums that are exact as a rule, so that candidates that are as likely as each other count alike.
    /// </summary>
    /// <param name="logit">At most <paramref name="highest"/>.</param>
    /// <param name="highest">The highest logit.</param>
    public static float Weight(float logit, float highest) => (float)Of(logit, highest);

    /// <summary>The <see cref="Weight"/> of each of some logits.</summary>
    /// <param name="logits">At most <paramref name="highest"/>.</param>
    /// <param name="highest">The highest logit.</param>
    /// <param name="weights">[logits] takes them.</param>
    public static void Weights(ReadOnlySpan<float> logits, float highest, Span<float> weights)
    {
        Vector128<double> shift = Vector128.Create((double)highest);
        int index = 0;
        for (; index <= logits.Length - Vector128<float>.Count; index += Vector128<float>.Count)
        {
            Weights(Vector128.Create(logits[index..]), shift).CopyTo(weights[index..]);
        }

        for (; index < logits.Length; index++)
        {
            weights[index] = Weight(logits[index], highest);
        }
    }

    /// <summary>The sum of the <see cref="Weight"/>s of some logits.</summary>
    /// <param name="logits">At least one, and none above <paramref name="highest"/>.</param>
    /// <param name="highest">The highest logit.</param>
    public static double SumOfWeights(ReadOnlySpan<float> logits, float highest)
    {
        Vector128<double> shift = Vector128.Create((double)highest);
        Vector128<double> sums = Vector128<double>.Zero;
        ReadOnlySpan<Vector128<float>> vectors = MemoryMarshal.Cast<float, Vector128<float>>(logits);
        foreach (Vector128<float> vector in vectors)
        {
            (Vector128<double> low, Vector128<double> high) = Vector128.Widen(Weights(vector, shift));
            sums += low + high;
        }

        double sum = sums[0] + sums[1];
        foreach (float logit in logits[(vectors.Length * Vector128<float>.Count)..])
        {
            sum += Weight(logit, highest);
        }

        return sum;
    }

    /// <summary>Σ exp(logit − highest).</summary>
    /// <param name="logits">At least one, and none above <paramref name="highest"/>.</param>
    /// <param name="highest">The highest logit.</param>
    public static double Sum(ReadOnlySpan<float> logits, float highest)
    {
        Vector128<double> shift = Vector128.Create((double)highest);
        Vector128<double> lowSums = Vector128<double>.Zero;
        Vector128<double> highSums = Vector128<double>.Zero;
        ReadOnlySpan<Vector128<float>> vectors = MemoryMarshal.Cast<float, Vector128<float>>(logits);
        foreach (Vector128<float> vector in vectors)
        {
            (Vector128<double> low, Vector128<double> high) = Vector128.Widen(vector);
            lowSums += Of(low - shift);
            highSums += Of(high - shift);
        }

        Vector128<double> sums = lowSums + highSums;
        double sum = sums[0] + sums[1];
        foreach (float logit in logits[(vectors.Length * Vector128<float>.Count)..])
        {
            sum += Of(logit, highest);
        }

        return sum;
    }

    /// <summary>The highest logit; not NaN where another one is a number.</summary>
    /// <param name="logits">At least one.</param>
    public static float Highest(ReadOnlySpan<float> logits)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(logits);
        float highest = float.NegativeInfinity;
        Vector<float> maxima = new(highest);
        foreach (Vector<float> vector in vectors)
        {
            maxima = Vector.Max(maxima, vector);
        }

        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            highest = MathF.Max(highest, maxima[lane]);
        }

        foreach (float logit in logits[(vectors.Length * Vector<float>.Count)..])
        {
            highest = MathF.Max(highest, logit);
        }

        return highest;
    }

    private static Vector128<float> Weights(Vector128<float> logits, Vector128<double> highest)
    {
        (Vector128<double> low, Vector128<double> high) = Vector128.Widen(logits);
        return Vector128.Narrow(Of(low - highest), Of(high - highest));
    }

    // x is n · log 2 + r with |r| up to half of log 2: 2^n goes into the exponent's bits, and exp(r) is the beginning of its series.
    private static Vector128<double> Of(Vector128<double> x)
    {
        Vector128<double> rounded = (x * InverseLog2) + Vector128.Create(Rounding);
        Vector128<double> n = rounded - Vector128.Create(Rounding);
        Vector128<double> r = x - (n * HighLog2) - (n * LowLog2);
        Vector128<double> series = Vector128.Create(1.0 / 39916800);
        series = (series * r) + Vector128.Create(1.0 / 3628800);
        series = (series * r) + Vector128.Create(1.0 / 362880);
        series = (series * r) + Vector128.Create(1.0 / 40320);
        series = (series * r) + Vector128.Create(1.0 / 5040);
        series = (series * r) + Vector128.Create(1.0 / 720);
        series = (series * r) + Vector128.Create(1.0 / 120);
        series = (series * r) + Vector128.Create(1.0 / 24);
        series = (series * r) + Vector128.Create(1.0 / 6);
        series = (series * r) + Vector128.Create(1.0 / 2);
        series = (series * r) + Vector128<double>.One;
        series = (series * r) + Vector128<double>.One;
        Vector128<double> scaled = (series.AsInt64() + (rounded.AsInt64() << 52)).AsDouble();
        return Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128.Create(Lowest)), Vector128<double>.Zero, scaled);
    }
}
