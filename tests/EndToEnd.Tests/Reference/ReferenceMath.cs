using System;
using System.Linq;
using ModelGen.Architectures;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>The functions of a model in float64, as the papers have them.</summary>
internal static class ReferenceMath
{
    /// <summary>A norm; the vector itself where there is none.</summary>
    public static double[] Norm(double[] x, NormSpec? norm, Func<TensorSpec, double[]> read)
    {
        if (norm is null)
        {
            return x;
        }

        double mean = norm.Kind == NormKind.Layer ? x.Average() : 0;
        double scale = 1 / Math.Sqrt(x.Sum(value => (value - mean) * (value - mean)) / x.Length + norm.Epsilon);
        double[]? weight = norm.Weight is null ? null : read(norm.Weight);
        double[]? bias = norm.Bias is null ? null : read(norm.Bias);
        return [.. x.Select((value, i) => (value - mean) * scale * (weight?[i] ?? 1) + (bias?[i] ?? 0))];
    }

    public static double[] Clamp(double[] x, double bound) => bound == 0 ? x : [.. x.Select(value => Math.Clamp(value, -bound, bound))];

    public static double SoftCap(double x, double bound) => bound == 0 ? x : bound * Math.Tanh(x / bound);

    /// <summary>The slope of a head's linear biases: those of the power of two below, then every second one of twice as many.</summary>
    public static double Slope(int head, int heads, double maxBias)
    {
        int power = 1 << (int)Math.Log2(heads);
        return head < power
            ? Math.Pow(Math.Pow(2, -maxBias / power), head + 1)
            : Math.Pow(Math.Pow(2, -maxBias / (2 * power)), 2 * (head - power) + 1);
    }

    /// <summary>The learned bias of a key so far behind the query, or before it where that is negative; 0: the attention has none.</summary>
    public static double DistanceBias(AttentionSpec attention, int head, int distance, Func<TensorSpec, double[]> vector)
    {
        const double Far = 128;
        if (attention.DistanceBias is not DistanceBiasSpec bias)
        {
            return 0;
        }

        // The ends of the wider buckets stand in equal ratios from the narrow ones' end to the last one's begin.
        int buckets = attention.SeesAll ? bias.Buckets / 2 : bias.Buckets;
        int narrow = buckets / 2;
        int bucket = Math.Abs(distance);
        if (bucket >= narrow)
        {
            double ratio = Math.Pow(Far / narrow, 1.0 / (buckets - narrow));
            bucket = narrow + Enumerable.Range(1, buckets - narrow - 1).Count(end => Math.Abs(distance) > narrow * Math.Pow(ratio, end) - 1e-6);
        }

        return vector(bias.Table)[((distance > 0 ? buckets : 0) + bucket) * attention.Heads.Queries + head];
    }

    public static double Temperature(TemperatureSpec temperature, int position) =>
        1 + temperature.Scale * Math.Log(1 + Math.Floor((position + temperature.Offset) / temperature.Interval));

    /// <summary>f(x) · factor, or what the function makes of both.</summary>
    public static double Activate(double x, double factor, ActivationSpec activation)
    {
        if (activation.Function != ActivationFunction.ClampedSwiGlu)
        {
            return Activate(x, activation) * factor;
        }

        double gate = Math.Min(x, 7);
        return gate / (1 + Math.Exp(-1.702 * gate)) * (Math.Clamp(factor, -7, 7) + 1);
    }

    private static double Activate(double x, ActivationSpec activation) => activation.Function switch
    {
        ActivationFunction.Relu => Math.Max(x, 0),
        ActivationFunction.Silu => x / (1 + Math.Exp(-x)),
        ActivationFunction.Gelu => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        ActivationFunction.ExactGelu => 0.5 * x * (1 + Erf(x / Math.Sqrt(2))),
        ActivationFunction.SquaredRelu => Math.Pow(Math.Max(x, 0), 2),
        _ when x > 0 => activation.AlphaPositive * x * x + activation.Beta * x,
        _ => activation.AlphaNegative * (Math.Exp(Math.Min(x, activation.Epsilon)) - 1 - x) + activation.Beta * x,
    };

    /// <summary>The error function 2/√π · ∫₀ˣ e^(-t²) dt, by the series whose terms all have one sign; beyond 6 it is 1 but for 2·10⁻¹⁷.</summary>
    private static double Erf(double x)
    {
        const double One = 6;
        if (Math.Abs(x) > One)
        {
            return Math.Sign(x);
        }

        // 2/√π · e^(-x²) · Σₙ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)).
        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>Turns the pairs of a head by its position's angles and stretches them.</summary>
    public static double[] Rotate(double[] head, int position, RotarySpec rotary, double[]? factors)
    {
        double[] rotated = [.. head];
        for (int i = 0; i < rotary.Dimensions / 2; i++)
        {
            (double sine, double cosine) = Math.SinCos(position * Frequency(rotary, i) / (factors?[i] ?? 1));
            (int first, int second) = rotary.Pairing == RotaryPairing.Adjacent ? (2 * i, 2 * i + 1) : (i, i + rotary.Dimensions / 2);
            rotated[first] = (head[first] * cosine - head[second] * sine) * rotary.Scaling.Magnitude;
            rotated[second] = (head[first] * sine + head[second] * cosine) * rotary.Scaling.Magnitude;
        }

        return rotated;
    }

    // YaRN, appendix A.2: γ is 0 below the pair that turns BetaSlow times in the original context and 1 from that of BetaFast on.
    private static double Frequency(RotarySpec rotary, int pair)
    {
        double frequency = Math.Pow(rotary.Base, -2.0 * pair / rotary.Dimensions);
        if (rotary.Scaling.Yarn is not YarnSpec yarn)
        {
            return frequency / rotary.Scaling.Factor;
        }

        double fast = Math.Max(0, Math.Floor(PairOf(yarn.BetaFast)));
        double slow = Math.Min(rotary.Dimensions - 1, Math.Ceiling(PairOf(yarn.BetaSlow)));
        double gamma = 1 - Math.Clamp((pair - fast) / Math.Max(0.001, slow - fast), 0, 1);
        return (1 - gamma) * frequency / rotary.Scaling.Factor + gamma * frequency;

        double PairOf(double turns) =>
            rotary.Dimensions * Math.Log(rotary.Scaling.OriginalContext / (turns * 2 * Math.PI)) / (2 * Math.Log(rotary.Base));
    }
}
