using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>The activation functions of feed-forward networks.</summary>
internal static unsafe class ActivationMath
{
    /// <summary>x / (1 + e⁻ˣ) (Elfwing et al. 2018).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x) => x / (Vector512<float>.One + VectorMath.Exp(-x));

    /// <summary>
    /// ½x · (1 + tanh u) with u = √(2/π) · (x + 0.044715x³), the approximation of x · Φ(x) that models are trained with (Hendrycks and
    /// Gimpel 2016); since 1 + tanh u = 2 / (1 + e⁻²ᵘ), it is x / (1 + e⁻²ᵘ).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gelu(Vector512<float> x)
    {
        // -2√(2/π) and 0.044715 times that.
        Vector512<float> square = x * x;
        Vector512<float> slope = Vector512.MultiplyAddEstimate(square, Vector512.Create(-0.0713548163f), Vector512.Create(-1.59576912f));
        return x / (Vector512<float>.One + VectorMath.Exp(x * slope));
    }

    /// <summary>
    /// x · Φ(x) = ½x · (1 + erf(x/√2)) (Hendrycks and Gimpel 2016). With z = |x|/√2 and t = 1 / (1 + 0.3275911 z), 1 - erf(z) is
    /// (a₁t + a₂t² + a₃t³ + a₄t⁴ + a₅t⁵) · e^(-z²), with an absolute error below 1.5·10⁻⁷ (Abramowitz and Stegun 1964, 7.1.26).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExactGelu(Vector512<float> x)
    {
        // 0.3275911 / √2; the coefficients halved, because Φ has half of erf.
        Vector512<float> reach = Vector512.MultiplyAddEstimate(Vector512.Abs(x), Vector512.Create(0.23164190f), Vector512<float>.One);
        Vector512<float> t = Vector512<float>.One / reach;
        Vector512<float> p = Vector512.Create(0.5307027145f);
        p = Vector512.MultiplyAddEstimate(p, t, Vector512.Create(-0.7265760135f));
        p = Vector512.MultiplyAddEstimate(p, t, Vector512.Create(0.7107068705f));
        p = Vector512.MultiplyAddEstimate(p, t, Vector512.Create(-0.142248368f));
        p = Vector512.MultiplyAddEstimate(p, t, Vector512.Create(0.127414796f));

        // Φ(-|x|), and from it Φ(x).
        Vector512<float> tail = p * t * VectorMath.Exp(x * x * Vector512.Create(-0.5f));
        return x * Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), tail, Vector512<float>.One - tail);
    }

    /// <summary>max(x, 0)² (So et al. 2021).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SquaredRelu(Vector512<float> x)
    {
        Vector512<float> positive = Vector512.Max(x, Vector512<float>.Zero);
        return positive * positive;
    }

    /// <summary>g · σ(1.702 g) with g = min(x, 7), the gate of gpt-oss (OpenAI 2025).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ClampedSwish(Vector512<float> x)
    {
        Vector512<float> g = Vector512.Min(x, Vector512.Create(7f));
        return g / (Vector512<float>.One + VectorMath.Exp(g * Vector512.Create(-1.702f)));
    }

    /// <summary>u + 1 with u = x between -7 and 7, what it is multiplied with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ClampedPlusOne(Vector512<float> x) =>
        Vector512.Max(Vector512.Min(x, Vector512.Create(7f)), Vector512.Create(-7f)) + Vector512<float>.One;
}
